// The 28 member states of the Conference on Interaction and Confidence Building Measures in Asia, for
// `serai init --members cica`. Alphabetical by code: states are equal. Membership itself is data in the directory, never code.

import type { Name } from "./state.ts";

export interface Member {
  readonly code: string;
  readonly name: Name;
}

export const cicaMembers: readonly Member[] = [
  {
    code: "AE",
    name: { en: "United Arab Emirates", ru: "Объединённые Арабские Эмираты", kk: "Біріккен Араб Әмірліктері" },
  },
  { code: "AF", name: { en: "Afghanistan", ru: "Афганистан", kk: "Ауғанстан" } },
  { code: "AZ", name: { en: "Azerbaijan", ru: "Азербайджан", kk: "Әзербайжан" } },
  { code: "BD", name: { en: "Bangladesh", ru: "Бангладеш", kk: "Бангладеш" } },
  { code: "BH", name: { en: "Bahrain", ru: "Бахрейн", kk: "Бахрейн" } },
  { code: "CN", name: { en: "China", ru: "Китай", kk: "Қытай" } },
  { code: "EG", name: { en: "Egypt", ru: "Египет", kk: "Мысыр" } },
  { code: "IL", name: { en: "Israel", ru: "Израиль", kk: "Израиль" } },
  { code: "IN", name: { en: "India", ru: "Индия", kk: "Үндістан" } },
  { code: "IQ", name: { en: "Iraq", ru: "Ирак", kk: "Ирак" } },
  { code: "IR", name: { en: "Iran", ru: "Иран", kk: "Иран" } },
  { code: "JO", name: { en: "Jordan", ru: "Иордания", kk: "Иордания" } },
  { code: "KG", name: { en: "Kyrgyzstan", ru: "Кыргызстан", kk: "Қырғызстан" } },
  { code: "KH", name: { en: "Cambodia", ru: "Камбоджа", kk: "Камбоджа" } },
  { code: "KR", name: { en: "Republic of Korea", ru: "Республика Корея", kk: "Корея Республикасы" } },
  { code: "KW", name: { en: "Kuwait", ru: "Кувейт", kk: "Кувейт" } },
  { code: "KZ", name: { en: "Kazakhstan", ru: "Казахстан", kk: "Қазақстан" } },
  { code: "LK", name: { en: "Sri Lanka", ru: "Шри-Ланка", kk: "Шри-Ланка" } },
  { code: "MN", name: { en: "Mongolia", ru: "Монголия", kk: "Моңғолия" } },
  { code: "PK", name: { en: "Pakistan", ru: "Пакистан", kk: "Пәкістан" } },
  { code: "PS", name: { en: "Palestine", ru: "Палестина", kk: "Палестина" } },
  { code: "QA", name: { en: "Qatar", ru: "Катар", kk: "Катар" } },
  { code: "RU", name: { en: "Russia", ru: "Россия", kk: "Ресей" } },
  { code: "TH", name: { en: "Thailand", ru: "Таиланд", kk: "Таиланд" } },
  { code: "TJ", name: { en: "Tajikistan", ru: "Таджикистан", kk: "Тәжікстан" } },
  { code: "TR", name: { en: "Türkiye", ru: "Турция", kk: "Түркия" } },
  { code: "UZ", name: { en: "Uzbekistan", ru: "Узбекистан", kk: "Өзбекстан" } },
  { code: "VN", name: { en: "Viet Nam", ru: "Вьетнам", kk: "Вьетнам" } },
];
