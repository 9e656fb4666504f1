"""Places as sources write them: "Chicago, IL", "London, UK", "Remote - Germany", or an object with named parts."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import cast

from overture.jobs import Place, WorkplaceType

from .shapes import words
from .terms import WORKPLACE, look_up

_STATES = words(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH",
    "OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AB BC MB NB NL NS ON PE QC SK NSW VIC QLD TAS",
)
_ALIASES = {
    "usa": "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US", "the united states": "US", "uk": "GB",
    "u.k.": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "the netherlands": "NL", "holland": "NL", "czech republic": "CZ", "deutschland": "DE", "österreich": "AT",
    "schweiz": "CH", "suisse": "CH", "españa": "ES", "italia": "IT", "brasil": "BR", "méxico": "MX", "belgië": "BE",
    "belgique": "BE", "nederland": "NL", "polska": "PL", "türkiye": "TR", "turkey": "TR", "south korea": "KR",
    "korea": "KR", "russia": "RU", "vietnam": "VN", "uae": "AE", "hong kong": "HK", "macau": "MO", "norge": "NO",
    "sverige": "SE", "danmark": "DK", "suomi": "FI",
}  # fmt: skip
_AMBIGUOUS = frozenset({"georgia", "jersey"})
"""Names of a country that are also a state: after a comma they stay a region."""
_CITY_STATES = frozenset({"singapore", "luxembourg", "monaco", "hong kong", "djibouti", "gibraltar"})
_SEVERAL = re.compile(r"\s*[;|]\s*|\s+/\s+|\s+or\s+")
_MODE = re.compile(
    r"^\s*(?:(?:fully |100% )?(remote|hybrid|on-?site|home ?office))\b\s*(?:[-–—:,/|]|in|within|\(|$)\s*|"
    r"\s*[-–—,/|(]\s*(?:fully )?(remote|hybrid|on-?site|home ?office)\s*(?:only|ok|possible|friendly)?\)?\s*$",
    re.IGNORECASE,
)
_NO_PLACE = words(
    "anywhere worldwide global distributed remote multiple various flexible office world",
)
_AREAS = frozenset(
    {"eu", "europe", "emea", "apac", "latam", "americas", "north america", "south america", "asia", "africa", "dach",
     "benelux", "nordics", "european union", "oceania", "latin america", "asia pacific"}
)  # fmt: skip
_MOST_PLACES = 20


def read_places(text: str, *, country: str | None = None) -> tuple[tuple[Place, ...], WorkplaceType | None]:
    """The places that a line names, and the workplace type if it says "remote" or "hybrid".

    `country` is a code that the source gives beside the line; it is added where the line names no country.
    """
    places: list[Place] = []
    modes: set[WorkplaceType] = set()
    for piece in _SEVERAL.split(text)[:_MOST_PLACES]:
        rest = piece
        while found := _MODE.search(rest):
            mode = look_up(WORKPLACE, found[1] or found[2])
            modes |= {mode} if mode else set()
            rest = (rest[: found.start()] + rest[found.end() :]).strip(" -–—:,/|()")
        if not rest and country:
            places.append(Place(country=country))
        place = _read_one(rest, country)
        if place:
            places.append(place)
    return tuple(dict.fromkeys(places)), modes.pop() if len(modes) == 1 else None


def make_place(*, locality: str | None = None, region: str | None = None, country: str | None = None) -> Place | None:
    """A place of its parts, None where there are none; codes in capitals, a part that repeats another only once."""
    if country and len(country) in {2, 3} and country.isalpha() and country.isascii():
        country = country.upper()
    if region and region == locality:
        region = None
    if locality and not region and "," in locality:
        read = _read_one(locality, country)
        if read:
            return read
    return Place(locality=locality, region=region, country=country) if locality or region or country else None


def country_code(country: str | None) -> str | None:
    """The ISO 3166 code of a country's name or code; None where it is neither."""
    if not country:
        return None
    name = country.strip().casefold()
    return _ALIASES.get(name) or _countries().get(name) or (country.upper() if country.upper() in _codes() else None)


def _read_one(text: str, country: str | None) -> Place | None:
    pieces = [piece.strip() for piece in re.sub(r"\([^()]*\)", "", text).split(",")]
    pieces = [piece for piece in pieces if piece and piece.casefold() not in _NO_PLACE]
    if not pieces or len(text) > 120:
        return None
    if len(pieces) == 1:
        only = pieces[0]
        if only.casefold() in _AREAS:
            return Place(region=only)
        if country_code(only) and only.casefold() not in _AMBIGUOUS | _CITY_STATES and only not in _STATES:
            return Place(country=only)
        return Place(locality=only, country=country)
    last, names_country = pieces[-1], False
    if last.casefold() not in _AMBIGUOUS and last.upper() not in _STATES:
        names_country = country_code(last) is not None
    elif country_code(last) and len(pieces) > 2:
        names_country = True
    middle = pieces[1 : -1 if names_country else None]
    region = ", ".join(piece for piece in middle if piece != pieces[0]) or None
    return Place(locality=pieces[0], region=region, country=last if names_country else country)


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    from babel import Locale

    names: dict[str, str] = {}
    for language in ("en", "de", "fr", "es", "it", "pt", "nl"):
        territories = cast("dict[str, str]", dict(Locale(language).territories))
        for code, name in territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"ZZ", "EU", "UN", "EZ", "XA", "XB", "QO"}:
                names.setdefault(name.casefold(), code)
    return names


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(_countries().values()) | {"UK"}
