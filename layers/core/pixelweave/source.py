"""Where visitors come from: a compact list of well-known sources by category, and which site a host belongs to.

The lists are our own and short: the handful of sources that make nearly all traffic. A source that is missing is a referral.
"""

from __future__ import annotations

SEARCH = "search"
SOCIAL = "social"
VIDEO = "video"
SHOPPING = "shopping"
DISPLAY = "display"
EMAIL = "email"
REFERRAL = "referral"

# By the word before the public suffix of a host, and by the word alone in utm_source.
_BRANDS = {
    SEARCH: "google bing yahoo duckduckgo baidu yandex ecosia qwant startpage naver seznam sogou aol ask kagi mojeek "
    "daum rambler coccoc swisscows presearch",
    SOCIAL: "facebook instagram threads twitter linkedin pinterest reddit tiktok snapchat vkontakte odnoklassniki "
    "whatsapp telegram tumblr quora weibo wechat discord mastodon bluesky xing livejournal",
    VIDEO: "youtube vimeo twitch dailymotion rutube bilibili",
    SHOPPING: "amazon ebay etsy aliexpress alibaba walmart mercadolibre ozon wildberries idealo shopify",
}
# Short names that advertisers put into utm_source, too short to look for in a host.
_NICKNAMES = {SEARCH: "ddg ya", SOCIAL: "fb ig meta x vk ok tg li", VIDEO: "yt"}
# Hosts (and what lies under them) that their brand does not tell, or would tell wrongly.
_HOSTS = {
    SEARCH: "search.brave.com ya.ru com.google.android.googlequicksearchbox",
    SOCIAL: "t.co x.com lnkd.in fb.me m.me fb.com t.me wa.me pin.it redd.it vk.com ok.ru bsky.app "
    "news.ycombinator.com com.facebook.katana com.instagram.android com.linkedin.android com.twitter.android "
    "org.telegram.messenger com.reddit.frontpage com.pinterest",
    VIDEO: "youtu.be com.google.android.youtube",
    SHOPPING: "shopping.google.com shop.app",
    DISPLAY: "doubleclick.net googlesyndication.com googleadservices.com taboola.com outbrain.com criteo.com",
    EMAIL: "com.google.android.gm e.mail.ru com.microsoft.office.outlook com.yahoo.mobile.client.android.mail",
    REFERRAL: "docs.google.com sites.google.com drive.google.com accounts.google.com pay.google.com groups.google.com "
    "support.google.com tagassistant.google.com login.yahoo.com passport.yandex.ru",
}
_WEBMAIL = ("mail", "webmail", "outlook")

# Second levels that registries sell names under, when a country's two letters follow.
_SECOND_LEVELS = frozenset(("ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"))
# Hosting where every customer has a name of its own: neighbours there are strangers.
_SHARED = frozenset(
    [
        "github.io",
        "gitlab.io",
        "myshopify.com",
        "blogspot.com",
        "wordpress.com",
        "wixsite.com",
        "webflow.io",
        "vercel.app",
        "netlify.app",
        "pages.dev",
        "web.app",
        "firebaseapp.com",
        "herokuapp.com",
        "azurewebsites.net",
        "cloudfront.net",
        "amazonaws.com",
        "tilda.ws",
    ]
)


def _index(table: dict[str, str]) -> dict[str, str]:
    return {word: category for category, words in table.items() for word in words.split()}


_BRAND_CATEGORY = _index(_BRANDS)
_NAME_CATEGORY = _BRAND_CATEGORY | _index(_NICKNAMES)
_HOST_CATEGORY = _index(_HOSTS)


def find_site(host: str) -> str:
    """The registrable domain of a host, by a rule of thumb: the last two labels, three under `co.uk` and its like.

    The Public Suffix List would be exact, and larger than the rest of this program; a mistake here costs «referral»
    instead of «internal». Addresses and single labels are their own site.
    """
    labels = host.split(".")
    if host.startswith("[") or labels[-1].isdecimal() or len(labels) <= 2:
        return host
    pair = ".".join(labels[-2:])
    if pair in _SHARED or (len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS):
        return ".".join(labels[-3:])
    return pair


def categorize_host(host: str) -> str | None:
    """The category of a referrer's host, or None for a site that is on no list."""
    labels = host.split(".")
    for start in range(len(labels) - 1):
        category = _HOST_CATEGORY.get(".".join(labels[start:]))
        if category:
            return category
    site = find_site(host)
    if site != host and labels[0] in _WEBMAIL:
        return EMAIL
    return _BRAND_CATEGORY.get(site.partition(".")[0])


def categorize_source(source: str) -> str | None:
    """The category of a `utm_source`: a brand («google», «fb») or a host («l.facebook.com»), in any case."""
    word = source.strip().lower()
    return categorize_host(word) if "." in word else _NAME_CATEGORY.get(word)
