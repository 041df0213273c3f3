"""The sandboxed JavaScript of a template of Google Tag Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave.snippet.script import SCRIPTS

if TYPE_CHECKING:
    from pixelweave.snippet.place import Place


def write_code(place: Place, still: str) -> str:
    """Return the template's code; `still` is the image for a script that could not load."""
    is_required = place.consent_policy == "require"
    if place.dialect in SCRIPTS:
        spoken = SCRIPTS[place.dialect]
        code = _SCRIPT.replace("{arguments}", _ARGUMENTS[place.dialect])
        values = {
            "consent": "callInWindow('{name}', 'consent', 'granted');\n  " if is_required else "",
            "name": spoken.name,
            "script": f"{place.base}/t/{spoken.file}?sid={place.key}",
            "still": still + ("&consent=granted" if is_required else ""),
        }
    else:
        code = _IMAGE.replace("{url}", _URLS[place.dialect])
        consent = "\n  add('consent', 'granted');" if is_required else ""
        values = {"consent": consent, "base": place.base, "key": place.key}
    for name, value in values.items():
        code = code.replace(f"{{{name}}}", value)
    return code + (_WAIT if is_required else "\nstart();")


# What is common: an object from a field, and the wait for consent where the pixel's policy is `require`.
_DETAILS = """\
const JSON = require('JSON');
const getType = require('getType');
const sendPixel = require('sendPixel');
const details = (getType(data.details) === 'string' ? JSON.parse(data.details || '{}') : data.details) || {};
"""

# GTM keeps the function that is there: the script's own, once it has loaded.
_SCRIPT = (
    _DETAILS
    + """\
const callInWindow = require('callInWindow');
const copyFromWindow = require('copyFromWindow');
const createArgumentsQueue = require('createArgumentsQueue');
const injectScript = require('injectScript');

const start = () => {
  if (getType(copyFromWindow('{name}')) !== 'function') createArgumentsQueue('{name}', '{name}.q');
  {consent}{arguments}
  injectScript('{script}', data.gtmOnSuccess, () => {
    sendPixel('{still}', data.gtmOnSuccess, data.gtmOnFailure);
  }, '{script}');
};"""
)

_ARGUMENTS = {
    "ksense": """\
if (data.call === 'user_info') callInWindow('{name}', 'user_info', details);
  else if (data.call !== 'load') callInWindow('{name}', 'track', data.call, details);""",
    "sendgrid": "if (data.call !== 'load') callInWindow('{name}', data.call, data.name, details);",
    "native": """\
if (data.call === 'goal') callInWindow('{name}', 'goal', data.name, data.value, details);
  else if (data.call !== 'load') callInWindow('{name}', data.call, data.name, details);""",
}

_IMAGE = (
    _DETAILS
    + """\
const encodeUriComponent = require('encodeUriComponent');
const Object = require('Object');
let query = '';
const add = (name, value) => {
  if (value || value === 0) query += (query ? '&' : '?') + name + '=' + encodeUriComponent(value);
};

const start = () => {
  {url}{consent}
  sendPixel(url + query, data.gtmOnSuccess, data.gtmOnFailure);
};"""
)

# A literal comma separates the elements of Rokt's lists, each of which is encoded (docs/dialects.md).
_URLS = {
    "pitchtarget": """\
const url = '{base}/{key}/' + data.category + '.gif';
  add('event_token', data.event_token);
  if (data.category === 'revenue') add('amount', data.amount);
  if (Object.keys(details).length) add('params', JSON.stringify(details));""",
    "altcraft": """\
const url = '{base}/altcraft/{key}';
  add('goal', data.goal);
  add('value', data.value);
  add('unit', data.unit);""",
    "rokt": """\
const url = '{base}/v1/{key}/Pixel';
  const addLists = (keys, values, pairs) => {
    const given = pairs.filter((pair) => pair[1]);
    if (!given.length) return;
    query += '&' + keys + '=' + given.map((pair) => encodeUriComponent(pair[0])).join(',');
    query += '&' + values + '=' + given.map((pair) => encodeUriComponent(pair[1])).join(',');
  };
  add('dt', data.call === 'conversion' ? 'AppEvent' : 'ScreenView');
  if (data.call === 'conversion') query += '&et=Transaction&n=conversion';
  add('ct', require('getTimestampMillis')());
  add('hn', require('getUrl')('host'));
  add('ttl', require('readTitle')());
  addLists('ui_t', 'ui_v', [['other3', data.session], ['other', data.email]]);
  if (data.call === 'conversion') addLists('attrs_k', 'attrs_v', Object.entries(details));""",
}

# The pixel takes nothing without consent: wait for GTM's, which the hits must name, since the collector denies what says nothing.
_WAIT = """
const isConsentGranted = require('isConsentGranted');
const addConsentListener = require('addConsentListener');
let started = false;
const startOnce = () => {
  if (!started) start();
  started = true;
};
if (isConsentGranted('analytics_storage')) startOnce();
else addConsentListener('analytics_storage', (type, granted) => {
  if (granted) startOnce();
});"""
