"""What must never be found among sessions and breaches."""

from common.invariants import Invariant

INVARIANTS = (
    Invariant(
        "breach_open_though_staff_suffice",
        "A breach of the ratio is open, and the session's staff suffice.",
        """
        SELECT b.id, s.id AS care_session
        FROM facilities_ratiobreach b
        JOIN facilities_caresession s ON s.id = b.care_session_id
        WHERE b.closed_at IS NULL
          AND s.places_taken <= s.counted_staff * s.children_per_staff
        """,
    ),
    Invariant(
        "breach_and_session_disagree",
        "A session names a breach that is over or another's, or an open breach is not named.",
        """
        SELECT s.id AS care_session, b.id AS breach
        FROM facilities_caresession s
        JOIN facilities_ratiobreach b ON b.id = s.breach_id
        WHERE b.closed_at IS NOT NULL OR b.care_session_id <> s.id
        UNION ALL
        SELECT s.id, b.id
        FROM facilities_ratiobreach b
        JOIN facilities_caresession s ON s.id = b.care_session_id
        WHERE b.closed_at IS NULL AND s.breach_id IS DISTINCT FROM b.id
        """,
    ),
    Invariant(
        "more_places_than_the_least_bound",
        "A session has more places than the limits it was judged by allow, and takes bookings.",
        """
        SELECT s.id, s.places
        FROM facilities_caresession s
        WHERE s.stop = '' AND jsonb_array_length(s.places_by) > 0
          AND s.places > (SELECT min((bound ->> 'places')::int)
                          FROM jsonb_array_elements(s.places_by) AS bound)
        """,
    ),
    Invariant(
        "group_in_two_sessions",
        "A group has sessions that overlap.",
        """
        SELECT a.care_group_id, a.id AS care_session, b.id AS other
        FROM facilities_caresession a
        JOIN facilities_caresession b ON b.care_group_id = a.care_group_id AND b.id > a.id
            AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
        """,
    ),
)
