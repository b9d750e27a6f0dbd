"""What must never be found among people at work, their rosters and the clock at the door."""

from common.invariants import Invariant

INVARIANTS = (
    Invariant(
        "one_person_in_two_shifts",
        "A person has published shifts that overlap.",
        """
        SELECT a.person_id, a.id AS shift, b.id AS other
        FROM staff_shift a
        JOIN staff_shift b ON b.person_id = a.person_id AND b.id > a.id
            AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
        WHERE a.state = 'published' AND b.state = 'published'
        """,
    ),
    Invariant(
        "nobody_barred_is_rostered",
        "Somebody who was banned, or whose record check was a hit, has a shift to come.",
        """
        SELECT s.person_id, s.id AS shift
        FROM staff_shift s
        WHERE s.state = 'published' AND s.starts_at > %(now)s
          AND (EXISTS (SELECT FROM staff_integrityentry i
                       WHERE i.person_id = s.person_id AND i.kind = 'ban')
            OR EXISTS (SELECT FROM staff_recordcheck c
                       WHERE c.person_id = s.person_id AND c.result = 'hit'))
        """,
    ),
    # What is over stays as it was worked, though a later publication took the shift away.
    Invariant(
        "counted_more_than_are_rostered",
        "A session of a published week counts more people than are rostered for the whole of it.",
        """
        SELECT s.id AS care_session, s.counted_staff, count(DISTINCT h.person_id) AS rostered
        FROM facilities_caresession s
        JOIN staff_rosterweek w ON w.facility_id = s.facility_id AND w.published_at IS NOT NULL
            AND w.monday = date_trunc('week', s.starts_at AT TIME ZONE 'Asia/Shanghai')::date
        LEFT JOIN staff_shift h ON h.care_group_id = s.care_group_id AND h.state = 'published'
            AND h.role = 'caregiver' AND h.starts_at <= s.starts_at AND h.ends_at >= s.ends_at
            AND (h.rest_starts_at IS NULL
                 OR h.rest_starts_at >= s.ends_at OR h.rest_ends_at <= s.starts_at)
        WHERE s.ends_at > %(now)s
        GROUP BY s.id HAVING s.counted_staff > count(DISTINCT h.person_id)
        """,
    ),
    Invariant(
        "one_person_in_two_rooms",
        "A person was in two rooms at once, by records that nobody corrected.",
        """
        SELECT a.person_id, a.id AS presence, b.id AS other
        FROM staff_staffpresence a
        JOIN staff_staffpresence b ON b.person_id = a.person_id AND b.id > a.id
            AND tstzrange(a.arrived_at, a.left_at, '[)')
             && tstzrange(b.arrived_at, b.left_at, '[)')
        WHERE a.superseded_at IS NULL AND b.superseded_at IS NULL
        """,
    ),
)
