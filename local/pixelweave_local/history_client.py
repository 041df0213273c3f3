"""What the visitors of the history come with, and from where: browsers, places, robots."""

from __future__ import annotations

from typing import NamedTuple

_MOZILLA = "Mozilla/5.0"
_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_WINDOWS = "Windows NT 10.0; Win64; x64"
_MAC = "Macintosh; Intel Mac OS X 10_15_7"
_IPHONE = "iPhone; CPU iPhone OS {os} like Mac OS X"
_APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


def _chrome(system: str, version: int, tail: str = "") -> str:
    return f"{_MOZILLA} ({system}) {_WEBKIT} Chrome/{version}.0.0.0 Safari/537.36{tail}"


def _phone(model: str, version: int) -> str:
    return f"{_MOZILLA} (Linux; Android {model}) {_WEBKIT} Chrome/{version}.0.0.0 Mobile Safari/537.36"


def _iphone(os: str, version: str) -> str:
    return f"{_MOZILLA} ({_IPHONE.format(os=os)}) {_APPLE} Version/{version} Mobile/15E148 Safari/604.1"


# User agent → weight.
BROWSERS = {
    _chrome(_WINDOWS, 142): 16,
    _chrome(_WINDOWS, 141): 7,
    _chrome(_WINDOWS, 142, " Edg/142.0.0.0"): 6,
    f"{_MOZILLA} ({_WINDOWS}; rv:144.0) Gecko/20100101 Firefox/144.0": 4,
    f"{_MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": 2,
    _chrome(_MAC, 142): 6,
    f"{_MOZILLA} ({_MAC}) {_APPLE} Version/18.6 Safari/605.1.15": 8,
    _iphone("18_6", "18.6"): 17,
    _iphone("17_7", "17.7"): 6,
    f"{_MOZILLA} (iPad; CPU OS 18_6 like Mac OS X) {_APPLE} Version/18.6 Mobile/15E148 Safari/604.1": 4,
    _phone("15; Pixel 9", 142): 7,
    _phone("14; SM-S921B", 142): 8,
    _phone("13; SM-A536B", 140): 5,
    f"{_MOZILLA} (Linux; Android 14; SM-S921B) {_WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": 4,
}
ROBOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
)
MAIL_PROXY = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


class Home(NamedTuple):
    """Where a visitor is: what CloudFront's viewer headers say of it, and a weight."""

    weight: int
    country: str
    region: str = ""
    city: str = ""
    time_zone: str = ""
    language: str = "en-GB"

    @property
    def currency(self) -> str:
        """What is paid there."""
        return "USD" if self.country == "US" else "EUR"

    @property
    def client(self) -> dict[str, str]:
        """The `client` object of a collected record."""
        told = {
            "country": self.country,
            "region": self.region,
            "city": self.city,
            "time_zone": self.time_zone,
        }
        return {name: text for name, text in told.items() if text}


EUROPE = (
    Home(14, "DE", "BE", "Berlin", "Europe/Berlin", "de-DE"),
    Home(9, "DE", "HH", "Hamburg", "Europe/Berlin", "de-DE"),
    Home(9, "DE", "BY", "Munich", "Europe/Berlin", "de-DE"),
    Home(7, "DE", "NW", "Cologne", "Europe/Berlin", "de-DE"),
    Home(4, "DE", "SN", "Leipzig", "Europe/Berlin", "de-DE"),
    Home(7, "AT", "9", "Vienna", "Europe/Vienna", "de-AT"),
    Home(5, "CH", "ZH", "Zurich", "Europe/Zurich", "de-CH"),
    Home(6, "FR", "IDF", "Paris", "Europe/Paris", "fr-FR"),
    Home(3, "FR", "ARA", "Lyon", "Europe/Paris", "fr-FR"),
    Home(6, "NL", "NH", "Amsterdam", "Europe/Amsterdam", "nl-NL"),
    Home(5, "GB", "ENG", "London", "Europe/London"),
    Home(3, "IT", "25", "Milan", "Europe/Rome", "it-IT"),
    Home(3, "ES", "MD", "Madrid", "Europe/Madrid", "es-ES"),
    Home(2, "PL", "14", "Warsaw", "Europe/Warsaw", "pl-PL"),
    # A network of which only the country is known.
    Home(3, "BE", language="fr-BE"),
)
AMERICA = (
    Home(6, "US", "NY", "New York", "America/New_York", "en-US"),
    Home(5, "US", "CA", "Los Angeles", "America/Los_Angeles", "en-US"),
    Home(3, "US", "IL", "Chicago", "America/Chicago", "en-US"),
)
