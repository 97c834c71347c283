// Numbers by which the member states of the conference know persons, by their form. Those whose form is no more than a run of
// digits are looked for behind the word that they are given with. Data of personal.ts; every expression takes linear time, since
// each of its repetitions is bounded. A form is a fact, not a person: the finding says no more.

/** A run of digits, a word that says what the number is, or nothing that is quicker to see than the form. */
export type Sign = "run" | "word" | "none";

export interface NationalId {
  /** ISO 3166-1 alpha-2. */
  readonly state: string;
  /** Global, and with the number itself as group 1 where a word stands before it. */
  readonly pattern: RegExp;
  /** What a text has to have for the form to be in it, which is seen at once for most forms together. */
  readonly sign: Sign;
  /** Whether the check digits hold; of letters and digits alone, in upper case. */
  readonly holds?: (number: string) => boolean;
}

const monthDay = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])";
const dayMonth = "(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])";

// Of the forms below, as they are read.
const allWords: string[] = [];

export const nationalIds: readonly NationalId[] = [
  { state: "AE", ...bare("784-?(?:19|20)[0-9]{2}-?[0-9]{7}-?[0-9]") },
  { state: "AF", ...bare("1[34][0-9]{2}-[0-9]{4}-[0-9]{5}") },
  { state: "AZ", ...bare("AZE[0-9]{8}") },
  { state: "AZ", ...named("FIN|FİN|ФИН", "[0-9A-HJ-NP-Z]{7}") },
  { state: "BD", ...named("NID|এনআইডি|জাতীয় পরিচয়পত্র", "[0-9]{17}|[0-9]{13}|[0-9]{10}") },
  { state: "BH", ...named("CPR", "[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{5}") },
  { state: "CN", ...bare(`[1-9][0-9]{5}(?:19|20)[0-9]{2}${monthDay}[0-9]{3}[0-9Xx]`), holds: holdsChinese },
  { state: "EG", ...bare(`[23][0-9]{2}${monthDay}(?:0[1-4]|1[1-9]|2[1-9]|3[1-5]|88)[0-9]{5}`) },
  { state: "IL", ...named("ת[.\"״'׳]?ז|תעודת זהות|[Tt]eudat [Zz]ehut", "[0-9]{9}"), holds: holdsLuhn },
  { state: "IN", ...bare("[2-9][0-9]{3}(?: [0-9]{4} |-[0-9]{4}-)[0-9]{4}"), holds: holdsVerhoeff },
  { state: "IN", ...named("[Aa]adhaar|AADHAAR|UIDAI|आधार", "[2-9][0-9]{11}"), holds: holdsVerhoeff },
  { state: "IN", ...bare("[A-Z]{3}P[A-Z][0-9]{4}[A-Z]", "none") },
  { state: "IQ", ...named("البطاقة الوطنية|البطاقة الموحدة|[Uu]nified [Nn]ational [Cc]ard", "[0-9]{12}") },
  { state: "IR", ...named("کد ملی|کدملی|شماره ملی|[CcKk]ode? [Mm]elli", "[0-9]{10}"), holds: holdsIranian },
  { state: "JO", ...named("الرقم الوطني|[Jj]ordanian national number", "[0-9]{10}") },
  { state: "KG", ...bare(`[12]${dayMonth}(?:19|20)[0-9]{2}[0-9]{5}`) },
  { state: "KH", ...named("អត្តសញ្ញាណប័ណ្ណ|[Kk]hmer [Ii][Dd]", "[0-9]{9}") },
  { state: "KR", ...bare(`[0-9]{2}${monthDay}-[1-8][0-9]{6}`) },
  { state: "KW", ...bare(`[23][0-9]{2}${monthDay}[0-9]{5}`), holds: holdsKuwaiti },
  { state: "KZ", ...bare(`[0-9]{2}${monthDay}[0-6][0-9]{5}`), holds: holdsKazakh },
  { state: "LK", ...bare("[0-9]{2}(?:[0-2][0-9]{2}|3[0-6][0-9]|[5-7][0-9]{2}|8[0-6][0-9])[0-9]{4}[VvXx]") },
  { state: "LK", ...named("NIC", "(?:19|20)[0-9]{10}") },
  {
    state: "MN",
    ...bare(`[А-ЯЁӨҮ]{2}[0-9]{2}(?:0[1-9]|1[0-2]|2[1-9]|3[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{2}`),
  },
  { state: "PK", ...bare("[1-7][0-9]{4}-[0-9]{7}-[0-9]") },
  { state: "PS", ...named("رقم الهوية|[Pp]alestinian [Ii][Dd]", "[0-9]{9}"), holds: holdsLuhn },
  { state: "QA", ...named("QID", "[23][0-9]{10}") },
  { state: "RU", ...bare("[0-9]{3}-[0-9]{3}-[0-9]{3}[ -][0-9]{2}"), holds: holdsSnils },
  { state: "RU", ...named("ИНН|INN", "[0-9]{12}"), holds: holdsRussianTax },
  { state: "TH", ...bare("[1-8]([ -])[0-9]{4}\\1[0-9]{5}\\1[0-9]{2}\\1[0-9]"), holds: holdsThai },
  { state: "TH", ...named("เลขประจำตัวประชาชน", "[1-8][0-9]{12}"), holds: holdsThai },
  { state: "TJ", ...named("РМА", "[0-9]{9}") },
  { state: "TR", ...bare("[1-9][0-9]{10}"), holds: holdsTurkish },
  { state: "UZ", ...bare(`[1-6]${dayMonth}[0-9]{9}`), holds: holdsUzbek },
  { state: "VN", ...named("CCCD|CMND|[Cc]ăn cước(?: công dân)?", "0[0-9]{11}|[0-9]{9}") },
];

/** Each bare form but one has as many digits, with at most one space or hyphen between two of them. */
const run = /[0-9](?:[ -]?[0-9]){7}/;
const word = new RegExp(allWords.join("|"), "u");

const withoutRun = nationalIds.filter(({ sign }) => sign !== "run");
const withoutWord = nationalIds.filter(({ sign }) => sign !== "word");
const withoutBoth = nationalIds.filter(({ sign }) => sign === "none");

/** The forms that a text can have. */
export function formsIn(text: string): readonly NationalId[] {
  if (run.test(text)) return word.test(text) ? nationalIds : withoutWord;
  return word.test(text) ? withoutRun : withoutBoth;
}

type Form = Pick<NationalId, "pattern" | "sign">;

/** A number that stands alone: it is no part of a word, a UUID, a path, a time or a decimal. */
function bare(form: string, sign: Sign = "run"): Form {
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}])(?<![\\p{L}\\p{N}][-_./:])${form}(?![\\p{L}\\p{N}])(?![-_./:][\\p{L}\\p{N}])`,
    "gu",
  );
  return { pattern, sign };
}

/** A number behind a word that says what it is, with at most a few signs between them. */
function named(words: string, form: string): Form {
  allWords.push(words);
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})[^\\p{L}\\p{N}\\n]{1,6}(${form})(?![\\p{L}\\p{N}])`, "gu");
  return { pattern, sign: "word" };
}

function digitsOf(number: string): readonly number[] {
  return Array.from(number, Number);
}

function weighted(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, position) => sum + weight * (digits[position] ?? 0), 0);
}

// GB 11643: ISO/IEC 7064 MOD 11-2.
function holdsChinese(number: string): boolean {
  const sum = weighted(digitsOf(number.slice(0, 17)), [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  return "10X98765432"[sum % 11] === number[17];
}

// ISO/IEC 7812-1 Annex B, from the left: the numbers that use it here have nine digits.
function holdsLuhn(number: string): boolean {
  const sum = digitsOf(number).reduce((total, digit, position) => {
    const value = position % 2 === 0 ? digit : digit * 2;
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

const verhoeffProducts = [
  "0123456789",
  "1234067895",
  "2340178956",
  "3401289567",
  "4012395678",
  "5987604321",
  "6598710432",
  "7659821043",
  "8765932104",
  "9876543210",
];
const verhoeffPermutations = [
  "0123456789",
  "1576283094",
  "5803796142",
  "8916043527",
  "9453126870",
  "4286573901",
  "2793806415",
  "7046913258",
];

// J. Verhoeff, Error Detecting Decimal Codes, 1969.
function holdsVerhoeff(number: string): boolean {
  const check = [...number].reverse().reduce((state, digit, position) => {
    const permuted = verhoeffPermutations[position % 8]?.[Number(digit)] ?? "0";
    return Number(verhoeffProducts[state]?.[Number(permuted)] ?? 0);
  }, 0);
  return check === 0;
}

function holdsIranian(number: string): boolean {
  const rest = weighted(digitsOf(number), [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return Number(number[9]) === (rest < 2 ? rest : 11 - rest);
}

function holdsKuwaiti(number: string): boolean {
  return 11 - (weighted(digitsOf(number), [2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11) === Number(number[11]);
}

function holdsKazakh(number: string): boolean {
  const digits = digitsOf(number);
  let check = weighted(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
  if (check === 10) check = weighted(digits, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11;
  return check === digits[11];
}

function holdsSnils(number: string): boolean {
  const sum = weighted(digitsOf(number), [9, 8, 7, 6, 5, 4, 3, 2, 1]);
  return (sum % 101) % 100 === Number(number.slice(9));
}

function holdsRussianTax(number: string): boolean {
  const digits = digitsOf(number);
  const first = (weighted(digits, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10;
  const second = (weighted(digits, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10;
  return first === digits[10] && second === digits[11];
}

function holdsThai(number: string): boolean {
  const sum = weighted(digitsOf(number), [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  return (11 - (sum % 11)) % 10 === Number(number[12]);
}

function holdsTurkish(number: string): boolean {
  const digits = digitsOf(number);
  const odd = weighted(digits, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
  const even = weighted(digits, [0, 1, 0, 1, 0, 1, 0, 1]);
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  return tenth === digits[9] && (odd + even + tenth) % 10 === digits[10];
}

function holdsUzbek(number: string): boolean {
  return weighted(digitsOf(number), [7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1, 7]) % 10 === Number(number[13]);
}
