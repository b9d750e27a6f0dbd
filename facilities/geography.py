"""How far it is, and how long the walk takes. Pure."""

from math import asin, cos, radians, sin, sqrt

_EARTH_RADIUS_M = 6_371_000
# A straight line is no street: an ordinary walk covers about this much of it in a minute.
METERS_A_MINUTE = 65


def distance_m(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> int:
    """The straight line between two points in whole meters.

    >>> distance_m(30.7090, 121.3360, 30.7090, 121.3464)
    994
    """
    half_lat = radians(to_latitude - latitude) / 2
    half_lon = radians(to_longitude - longitude) / 2
    chord = (
        sin(half_lat) ** 2 + cos(radians(latitude)) * cos(radians(to_latitude)) * sin(half_lon) ** 2
    )
    return round(2 * _EARTH_RADIUS_M * asin(sqrt(chord)))


def walking_minutes(meters: int) -> int:
    """About how long the walk takes, never less than a minute.

    >>> walking_minutes(994), walking_minutes(0)
    (16, 1)
    """
    return max(1, -(-meters // METERS_A_MINUTE))
