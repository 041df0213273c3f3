"""Names that tell what their values are: personal data, or an id that follows somebody.

Sites name the same thing in many ways: `first_name`, `user[firstName]`, `billing-phone`, `customer.email`. So a name is compared
without case and separators, with and without the word for its owner, part by part.
"""

from __future__ import annotations

_PERSONAL = frozenset(
    "email emails emailaddress emailid mail mailto e emailsha256 emailmd5 emailhash hashedemail sha256emailaddress login "
    "username fullname firstname firstnamesha256 fname namefirst lastname lastnamesha256 lname namelast surname familyname "
    "givenname middlename phone phones phonenumber phoneno phonesha256 phonemd5 phonehash hashedphone sha256phonenumber "
    "mobile mobilenumber mobileno mobilephone mobilesha256 cellphone tel telephone msisdn whatsapp fax address addresses "
    "street streetaddress address1 address2 addressline1 addressline2 dob birthday birthdate dateofbirth ssn nationalid "
    "passport iban bic accountnumber cardnumber ccnumber cvv creditcard password passwd pwd pass secret token accesstoken "
    "refreshtoken idtoken resettoken authtoken authorization jwt apikey sessiontoken jsessionid phpsessid latitude "
    "longitude ip ipaddress udem udph udfn udln".split()
)
_OWNERS = tuple(
    "user customer client contact billing shipping delivery buyer visitor member lead subscriber recipient guest home work "
    "your".split()
)
# What lies under these names may be about the thing (email.subject) rather than about a person.
_TOPICS = frozenset(("e", "email", "mail", "login", "pass", "token"))
_IDS = frozenset(
    "userid uid uuid guid sid sessionid visitorid clientid anonymousid deviceid customerid memberid subscriberid contactid "
    "cookieid fingerprint gaid idfa idfv aaid fbid fbp fbc".split()
)
_SEPARATORS = str.maketrans("", "", "-_ ")
_BRACKETS = str.maketrans({"[": ".", "]": "."})
# A longer name is no name of these.
_LONGEST = 128


def is_personal(name: str) -> bool:
    """Whether values under this name (of a property, a label, or a query parameter) are personal.

    A personal name covers what lies under it (`address.city`), unless it is also a topic (`email.subject`).
    """
    if len(name) > _LONGEST:
        return False
    *parents, last = _split(name)
    if _means_person(last):
        return True
    if not parents:
        return False
    return _means_person(parents[-1] + last) or any(
        _means_person(parent) and parent not in _TOPICS for parent in parents
    )


def is_id(name: str) -> bool:
    """Whether values under this name follow a person or a device from hit to hit."""
    return len(name) <= _LONGEST and _split(name)[-1] in _IDS


def drop_personal(source: dict[str, object]) -> dict[str, object]:
    """A JSON object without the values under personal names, however deep."""
    return _drop(source, "")


def _drop(source: dict[str, object], parent: str) -> dict[str, object]:
    kept: dict[str, object] = {}
    for name, value in source.items():
        path = f"{parent}.{name}" if parent else name
        if not is_personal(path):
            # No more of the name than could matter: it is joined to each name below.
            kept[name] = _drop_below(value, name[:_LONGEST])
        elif isinstance(value, dict) and _split(name)[-1] in _TOPICS:
            kept[name] = _drop(value, name)
    return kept


def _drop_below(value: object, parent: str) -> object:
    if isinstance(value, dict):
        return _drop(value, parent)
    if isinstance(value, list):
        return [_drop_below(item, parent) for item in value]
    return value


def _split(name: str) -> list[str]:
    """The parts of a name, at least one; brackets are dots, and an index or empty brackets name nothing."""
    name = name.lower().translate(_SEPARATORS)
    if "[" in name:
        name = name.translate(_BRACKETS)
    if "." not in name:
        return [name]
    return [part for part in name.split(".") if part and not part.isdecimal()] or [""]


def _means_person(word: str) -> bool:
    if word in _PERSONAL:
        return True
    if word.startswith(_OWNERS):
        for owner in _OWNERS:
            if word.startswith(owner):
                rest = word[len(owner) :]
                return rest == "name" or rest in _PERSONAL
    return False
