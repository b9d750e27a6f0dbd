"""What people read of the test of the risk score."""

from inspections.rules.lift import LiftVerdict

VERDICTS = {
    LiftVerdict.TOO_FEW: ("检查次数还太少，不能判断。", ""),
    LiftVerdict.MORE: ("按风险分抽到的，确实更常发现问题。", "is-ok"),
    LiftVerdict.NOT_SHOWN: ("还看不出风险分比等概率抽取更有用。", "is-warn"),
    LiftVerdict.LESS: ("按风险分抽到的反而更少发现问题，风险分应当修改。", "is-bad"),
}
