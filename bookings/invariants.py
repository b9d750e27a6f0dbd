"""What must never be found among bookings. Every count is made anew from the hours themselves."""

from common.invariants import Invariant

INVARIANTS = (
    Invariant(
        "capacity_exceeded",
        "A session holds more children than it has places.",
        """
        SELECT s.id, s.places, count(*) AS children
        FROM facilities_caresession s
        JOIN bookings_bookedhour h ON h.care_session_id = s.id AND h.state IN ('live', 'settled')
        GROUP BY s.id HAVING count(*) > s.places
        """,
    ),
    Invariant(
        "staff_short_without_open_breach",
        "A session holds more children than its counted staff may care for, and no breach is open.",
        """
        SELECT s.id, s.counted_staff, count(*) AS children
        FROM facilities_caresession s
        JOIN bookings_bookedhour h ON h.care_session_id = s.id AND h.state IN ('live', 'settled')
        WHERE NOT EXISTS (SELECT FROM facilities_ratiobreach b
                          WHERE b.id = s.breach_id AND b.closed_at IS NULL)
        GROUP BY s.id HAVING count(*) > s.counted_staff * s.children_per_staff
        """,
    ),
    Invariant(
        "places_taken_drifted",
        "A session's count of places taken is not the number of its live and settled hours.",
        """
        SELECT s.id, s.places_taken, coalesce(h.children, 0) AS children
        FROM facilities_caresession s
        LEFT JOIN (SELECT care_session_id, count(*) AS children FROM bookings_bookedhour
                   WHERE state IN ('live', 'settled') GROUP BY care_session_id) h
            ON h.care_session_id = s.id
        WHERE s.places_taken <> coalesce(h.children, 0)
        """,
    ),
    Invariant(
        "one_child_in_two_places",
        "A child has hours that overlap.",
        """
        SELECT a.child_id, a.id AS hour, b.id AS other
        FROM bookings_bookedhour a
        JOIN bookings_bookedhour b ON b.child_id = a.child_id AND b.id > a.id
            AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
        WHERE a.state IN ('live', 'settled') AND b.state IN ('live', 'settled')
        """,
    ),
    Invariant(
        "hour_contradicts_its_session_or_booking",
        "An hour has another time or house than its session, or another child than its booking.",
        """
        SELECT h.id
        FROM bookings_bookedhour h
        JOIN facilities_caresession s ON s.id = h.care_session_id
        JOIN bookings_booking b ON b.id = h.booking_id
        LEFT JOIN bookings_entitlement e ON e.id = h.entitlement_id
        WHERE h.starts_at <> s.starts_at OR h.ends_at <> s.ends_at
           OR b.facility_id <> s.facility_id OR h.child_id <> b.child_id
           OR e.child_id <> h.child_id
           OR e.year <> extract(year FROM h.starts_at AT TIME ZONE 'Asia/Shanghai')
        """,
    ),
    Invariant(
        "free_units_overspent",
        "A child used or holds more free units of a year than it was granted.",
        """
        SELECT h.child_id, e.year, e.granted, count(*) AS spent
        FROM bookings_bookedhour h
        JOIN bookings_entitlement e ON e.id = h.entitlement_id
        WHERE h.state IN ('live', 'settled', 'forfeited')
          AND NOT EXISTS (SELECT FROM bookings_ledgerentry l
                          WHERE l.hour_id = h.id AND l.kind = 'restore')
        GROUP BY h.child_id, e.year, e.granted
        HAVING count(*) > e.granted
        """,
    ),
    Invariant(
        "ledger_differs_from_balance",
        "An entitlement's balance is not the sum of its ledger entries.",
        """
        SELECT e.id, e.child_id, e.year
        FROM bookings_entitlement e
        LEFT JOIN (
            SELECT entitlement_id,
                   sum(CASE kind WHEN 'grant' THEN units ELSE 0 END) AS granted,
                   sum(CASE WHEN kind = 'hold' THEN units
                            WHEN kind IN ('release', 'consume', 'forfeit') THEN -units
                            ELSE 0 END) AS held,
                   sum(CASE WHEN kind IN ('consume', 'forfeit') THEN units
                            WHEN kind = 'restore' THEN -units ELSE 0 END) AS used,
                   sum(CASE kind WHEN 'lapse' THEN units ELSE 0 END) AS lapsed
            FROM bookings_ledgerentry GROUP BY entitlement_id
        ) l ON l.entitlement_id = e.id
        WHERE (e.granted, e.held, e.used, e.lapsed) <>
              (coalesce(l.granted, 0), coalesce(l.held, 0),
               coalesce(l.used, 0), coalesce(l.lapsed, 0))
        """,
    ),
    Invariant(
        "hour_contradicts_its_ledger",
        "What became of a free hour is not what its ledger entries say.",
        """
        SELECT h.id, h.state, l.kinds
        FROM bookings_bookedhour h
        LEFT JOIN (
            SELECT hour_id, array_agg(kind::text ORDER BY kind) AS kinds, sum(units) AS units,
                   count(*) AS entries, array_agg(DISTINCT entitlement_id) AS entitlements
            FROM bookings_ledgerentry
            WHERE hour_id IS NOT NULL AND kind <> 'restore' GROUP BY hour_id
        ) l ON l.hour_id = h.id
        WHERE coalesce(l.kinds, '{}') <> CASE
                WHEN h.entitlement_id IS NULL THEN '{}'::text[]
                WHEN h.state = 'live' THEN '{hold}'
                WHEN h.state = 'settled' THEN '{consume,hold}'
                WHEN h.state = 'forfeited' THEN '{forfeit,hold}'
                ELSE '{hold,release}' END
           OR l.units <> l.entries
           OR l.entitlements <> ARRAY[h.entitlement_id]
        """,
    ),
    Invariant(
        "booking_contradicts_its_hours",
        "A booking's state is not what its hours say.",
        """
        SELECT b.id, b.state, h.live, h.settled
        FROM bookings_booking b
        LEFT JOIN (
            SELECT booking_id, count(*) AS hours,
                   count(*) FILTER (WHERE state = 'live') AS live,
                   count(*) FILTER (WHERE state = 'settled') AS settled,
                   min(starts_at) AS first_starts_at
            FROM bookings_bookedhour GROUP BY booking_id
        ) h ON h.booking_id = b.id
        WHERE h.hours IS NULL
           OR h.first_starts_at <> b.first_starts_at
           OR (b.state = 'cancelled' AND h.live + h.settled > 0)
           OR (b.state <> 'cancelled' AND h.live + h.settled = 0)
           OR (b.state = 'completed' AND h.live > 0)
        """,
    ),
    Invariant(
        "live_hour_in_a_closed_session",
        "An hour still to come is booked in a session that is closed.",
        """
        SELECT h.id, h.booking_id, s.id AS care_session
        FROM bookings_bookedhour h
        JOIN facilities_caresession s ON s.id = h.care_session_id
        WHERE h.state = 'live' AND h.starts_at > %(now)s AND s.stop = 'closure'
        """,
    ),
    Invariant(
        "dropped_in_silence",
        "The house ended an hour, and nobody owes it to the family or nobody was told.",
        """
        SELECT h.id, h.booking_id
        FROM bookings_bookedhour h
        JOIN bookings_booking b ON b.id = h.booking_id
        WHERE h.state = 'closed' AND (
            NOT EXISTS (SELECT FROM bookings_obligation o WHERE o.hour_id = h.id)
            OR NOT EXISTS (SELECT FROM notifications_outboxmessage m
                           WHERE m.kind = 'cancelled_by_house'
                             AND m.subject = 'ended:' || b.public_id))
        """,
    ),
    Invariant(
        "closed_hour_not_given_back",
        "The house ended an hour and kept a fee for it.",
        """
        SELECT id, booking_id FROM bookings_bookedhour
        WHERE state = 'closed' AND refunded_fen <> charge_fen
        """,
    ),
    Invariant(
        "request_without_its_booking",
        "A request was answered with yes, and there is no booking of it.",
        """
        SELECT r.id, r.principal_id, r.key
        FROM bookings_idempotentrequest r
        WHERE NOT EXISTS (SELECT FROM bookings_booking b WHERE b.request_id = r.id)
        """,
    ),
    Invariant(
        "booked_without_consent",
        "A child has an hour to come without a consent that care needs, and the worker had time"
        " enough to end it.",
        """
        SELECT DISTINCT h.child_id, needed.purpose
        FROM bookings_bookedhour h
        CROSS JOIN (VALUES ('care'), ('health')) AS needed (purpose)
        WHERE h.state = 'live' AND h.starts_at > %(now)s
          AND NOT EXISTS (SELECT FROM families_consent c
                          WHERE c.child_id = h.child_id AND c.purpose = needed.purpose
                            AND c.given
                            AND (c.withdrawn_at IS NULL
                                 OR c.withdrawn_at > %(now)s - interval '10 minutes'))
        """,
    ),
    Invariant(
        "booking_without_its_audit_event",
        "A booking was placed and left no trace in the audit log.",
        """
        SELECT b.id, b.public_id
        FROM bookings_booking b
        WHERE NOT EXISTS (SELECT FROM audit_auditevent a
                          WHERE a.subject = 'booking:' || b.public_id
                            AND a.kind = 'bookings.booking.placed')
        """,
    ),
    Invariant(
        "child_in_two_rooms",
        "A child is written down as being in two rooms at once.",
        """
        SELECT a.child_id, a.id AS stay, b.id AS other
        FROM bookings_stay a
        JOIN bookings_stay b ON b.child_id = a.child_id AND b.id > a.id
            AND a.arrived_at < coalesce(b.left_at, 'infinity')
            AND b.arrived_at < coalesce(a.left_at, 'infinity')
        WHERE a.superseded_at IS NULL AND NOT a.is_void
          AND b.superseded_at IS NULL AND NOT b.is_void
        """,
    ),
    Invariant(
        "stay_without_its_booking",
        "A child was let in without an hour booked in that room on that day.",
        """
        SELECT y.id, y.booking_id
        FROM bookings_stay y
        JOIN bookings_booking b ON b.id = y.booking_id
        WHERE NOT y.is_void AND (
            b.child_id <> y.child_id OR b.facility_id <> y.facility_id
            OR NOT EXISTS (
                SELECT FROM bookings_bookedhour h
                JOIN facilities_caresession s ON s.id = h.care_session_id
                WHERE h.booking_id = b.id AND s.facility_id = y.facility_id
                  AND (h.starts_at AT TIME ZONE 'Asia/Shanghai')::date
                    = (y.arrived_at AT TIME ZONE 'Asia/Shanghai')::date))
        """,
    ),
    Invariant(
        "departure_nobody_saw",
        "A child's departure was neither seen by anybody nor is it called a guess.",
        """
        SELECT id, left_at FROM bookings_stay
        WHERE left_at IS NOT NULL AND closed_by_guess = (closed_by_id IS NOT NULL)
        """,
    ),
    Invariant(
        "collected_by_nobody_known",
        "A child left with somebody who was not on its list and had no code, as was seen that day.",
        """
        SELECT id, collected_as FROM bookings_stay
        WHERE left_at IS NOT NULL AND NOT closed_by_guess AND replaces_id IS NULL
          AND collected_as NOT IN ('guardian', 'pickup', 'code')
        """,
    ),
    Invariant(
        "stay_left_open",
        "A child is written down as present long after its day, and the worker did not close it.",
        """
        SELECT id, booked_until FROM bookings_stay
        WHERE left_at IS NULL AND superseded_at IS NULL AND NOT is_void
          AND booked_until < %(now)s - interval '1 day'
        """,
    ),
    Invariant(
        "correction_without_both_versions",
        "A version was superseded by none, or one that stands was replaced.",
        """
        SELECT y.id FROM bookings_stay y
        LEFT JOIN bookings_stay n ON n.replaces_id = y.id
        WHERE (y.superseded_at IS NULL) <> (n.id IS NULL)
        """,
    ),
    Invariant(
        "attendance_contradicts_the_floor",
        "It is said of an hour that the child came, or did not, and the floor's record denies it.",
        """
        SELECT h.id, h.attended FROM bookings_bookedhour h
        JOIN facilities_caresession s ON s.id = h.care_session_id
        WHERE h.attended IS NOT NULL AND h.attended <> EXISTS (
            SELECT FROM bookings_stay y
            WHERE y.child_id = h.child_id AND y.facility_id = s.facility_id
              AND y.superseded_at IS NULL AND NOT y.is_void
              AND y.arrived_at < h.ends_at AND (y.left_at IS NULL OR y.left_at > h.starts_at))
        """,
    ),
    Invariant(
        "stay_without_its_audit_event",
        "A child was let in and that left no trace in the audit log.",
        """
        SELECT y.id FROM bookings_stay y
        WHERE NOT EXISTS (SELECT FROM audit_auditevent a
                          WHERE a.subject = 'stay:' || y.public_id
                            AND a.kind IN ('bookings.stay.arrived', 'bookings.stay.corrected'))
        """,
    ),
)
