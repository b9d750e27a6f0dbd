"""A year of supervision, played through the services that officers and houses use, each at its day.

What is played stands in data/year.yaml; the draws are those of `portal.city.inspectors`.
"""

from portal.city.supervision.year import Year

__all__ = ["Year"]
