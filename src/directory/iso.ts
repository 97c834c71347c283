// ISO 3166-1 alpha-2: which two letters are the code of a state. Used when a state is registered and to tell a mistyped
// code from one that takes no part. A test compares the list with the region names that the runtime's CLDR knows.

const assigned = new Set(
  (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ " +
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR " +
    "GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP " +
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT " +
    "MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW " +
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG " +
    "UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
  ).split(" "),
);

/** Whether ISO 3166-1 assigns the code officially; upper case only, as policies and tokens write it. */
export function isAssignedCode(code: string): boolean {
  return assigned.has(code);
}

/**
 * Codes that are no state's: AA, QM–QZ, XA–XZ and ZZ, which ISO 3166-1 §8.1.3 leaves to its users, and YY, which it has
 * assigned to nobody. Examples and tests use them.
 */
export function isExampleCode(code: string): boolean {
  return /^(?:AA|Q[M-Z]|X[A-Z]|YY|ZZ)$/.test(code);
}

/** Whether a state may be registered under the code. */
export function isStateCode(code: string): boolean {
  return isAssignedCode(code) || isExampleCode(code);
}

/** All codes that ISO 3166-1 assigns, in alphabetical order; suggestions are taken from them. */
export const assignedCodes: readonly string[] = [...assigned];
