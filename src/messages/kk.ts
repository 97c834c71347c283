// The Kazakh catalogue. Terms follow glossary.md. Not yet read a second time: see `reviewed` in messages.ts.

import { translation } from "./message.ts";

export const kazakh = translation<"kk">()({
  "basis.owner": "Өз объектісі иесіне әрқашан толық қолжетімді.",
  "basis.inactive": "Тарап қазір белсенді қатысушы емес.",
  "basis.not-yet-member": "Жіберілген сәтте тарап әлі қатысушы болмаған, ал қосылу бұрын жіберілгенді ашпайды.",
  "basis.terms-unsigned": "Тарап мемлекеттер қатысатын шарттарға қол қоймаған.",
  "basis.not-yet-in-circle": {
    one: "{rules} ережесі мұны шеңберге ашады, бірақ тарап ол шеңберге жіберілгеннен кейін ғана қосылған.",
    other: "{rules} ережелері мұны шеңберлерге ашады, бірақ тарап оларға жіберілгеннен кейін ғана қосылған.",
  },
  "basis.unmarked": "Таңбасы жоқ, ал иесінің саясаты таңбасыз объектілерді қабылдамайды.",
  "basis.ceiling-red": {
    one: "TLP:RED тек коды аталған мемлекеттерге беріледі, ал {rules} ережесі бұл мемлекеттің кодын атамайды.",
    other: "TLP:RED тек коды аталған мемлекеттерге беріледі, ал {rules} ережелері бұл мемлекеттің кодын атамайды.",
  },
  "basis.ceiling-all": {
    one: "{rules} ережесі барлығына (all) арналған, бірақ онда {level} деңгейін қамтитын tlp шарты жоқ.",
    other: "{rules} ережелері барлығына (all) арналған, бірақ оларда {level} деңгейін қамтитын tlp шарты жоқ.",
  },
  "basis.ceiling-public": {
    one: "{rules} ережесі кез келген адамға (public) ашады, бірақ оларға тек TLP:CLEAR беріледі, ал бұл — {level}.",
    other: "{rules} ережелері кез келген адамға (public) ашады, бірақ оларға тек TLP:CLEAR беріледі, ал бұл — {level}.",
  },
  "basis.withheld": {
    one: "Бүкіл жіберілімді {rules} ережесі ұстап қалды.",
    other: "Бүкіл жіберілімді {rules} ережелері ұстап қалды.",
  },
  "basis.instruction-excluded": "Жіберілімнің нұсқауы бұл тарапты шығарып тастайды.",
  "basis.not-named": "Жіберілімнің нұсқауы басқа алушыларды атайды, олардан өзге ешкім алмайды.",
  "basis.named-unshared":
    "Нұсқау бұл тарапты атайды, бірақ бірде-бір ереже мұны нұсқауда аталғандарға (named) ашпайды.",
  "basis.silence": "Бірде-бір ереже мұны ашпайды, ал үнсіздік бас тартуды білдіреді.",
  "basis.shared": { one: "{rules} ережесі ашты.", other: "{rules} ережелері ашты." },
  "basis.needs-rendition": {
    one: "{rules} ережесі ашты, бірақ толық емес: {reasons}.",
    other: "{rules} ережелері ашты, бірақ толық емес: {reasons}.",
  },
  "basis.nothing-left": {
    one: "{rules} ережесі ашты, бірақ алынып тасталатын бөлігінсіз нысан жарамсыз: ештеңе берілмейді.",
    other: "{rules} ережелері ашты, бірақ алынып тасталатын бөлігінсіз нысан жарамсыз: ештеңе берілмейді.",
  },
  "basis.never": {
    one: "{rules} ережесі ашады, бірақ мерзімі басталмай жатып аяқталады.",
    other: "{rules} ережелері ашады, бірақ мерзімі басталмай жатып аяқталады.",
  },
  "basis.ended": {
    one: "{rules} ережесі ашқан еді, мерзімі өтті.",
    other: "{rules} ережелері ашқан еді, мерзімі өтті.",
  },
  "basis.awaiting-approval": "Иесінің байланыс тұлғаларының мақұлдауын күтеді.",
  "basis.retained": "Иесі объектілерді шектеулі уақыт сақтайды, ол уақыт өтті.",
  "basis.lean": {
    one: "Бұл басқа мемлекеттің объектісі туралы, ал {rules} ережесі мұндай жауаптар туралы айтпайды: оны тек сол объектінің авторы алады.",
    other:
      "Бұл басқа мемлекеттің объектісі туралы, ал {rules} ережелері мұндай жауаптар туралы айтпайды: оны тек сол объектінің авторы алады.",
  },
  "basis.companion": "Басқа объектілерді түсіндіреді және солармен бірге беріледі.",

  "reason.granular": "жекелеген бөліктері таңбаланған",
  "reason.marking": "таңбасы ақпарат көзін атауға тыйым салады (әзірге берілмейді)",
  "reason.unattributed": "иесінің атынсыз (әзірге берілмейді)",
  "reason.redacted": "өрістері алынып тасталған",

  "audience.now": {
    one: "Қазір {count} тарапқа қолжетімді: {parties}.",
    other: "Қазір {count} тарапқа қолжетімді: {parties}.",
  },
  "audience.later": "{parties}: {time} уақытынан бастап.",
  "audience.reduced": "{parties} үшін толық емес: ережелер алып тастайтын нәрсе берілмейді.",
  "audience.unattributed": "{parties}: иесінің атынсыз нұсқалар беріле бастағаннан ерте емес.",
  "audience.some-may-not": "Кейбіреулері мұны алмауы мүмкін: бұл басқалардың оларға не ашатынына байланысты.",
  "audience.nobody": "Ешкімге қолжетімді емес.",
  "audience.nobody-else": "Басқа ешкімге.",

  "warning.list-widens":
    "{rule} ережесі: tlp тізіммен берілген, сондықтан таңбаны {from} деңгейінен {to} деңгейіне көтеру алушылар аясын кеңейтер еді.",
  "warning.not-released-yet": "{rule} ережесі: ол ашатын нәрсе атыңызсыз беріледі, әзірге берілмейді.",
  "warning.never-red":
    "{rule} ережесі: TLP:RED тек коды аталған мемлекеттерге беріледі, ал бұл ереже бірде-бірін атамайды.",
  "warning.never-public":
    "{rule} ережесі: кез келген адамға (public) тек TLP:CLEAR беріледі, ал бұл ереже басқа деңгейлерге арналған.",
  "warning.names-nobody": "{rule} ережесі ешкімді атамайды: ол ашатындардың бәрі шығарып тасталған немесе жоқ.",
  "warning.always-withheld":
    "{rule} ережесі ешқашан қолданылмайды: ол атайтындардың бәрінен басқа ережелер әрқашан ұстап қалады.",
  "warning.never-held": "{rule} ережесі ешкімнен ұстап қалмайды: ол атайтындардың бәрі шығарып тасталған немесе жоқ.",

  "posting.reaches-nobody": "Мұны сізден басқа ешкім алмайды.",
  "posting.reaches-everybody": {
    one: "Бұл барлық мемлекетке ашық: сіздікінен бөлек {count}.",
    other: "Бұл барлық мемлекетке ашық: сіздікінен бөлек {count}.",
  },
  "posting.unmarked": "Таңбасы жоқ, {level} деп есептеледі.",
  "posting.unmarked-refused": "Таңбасы жоқ, ал сіздің саясатыңыз таңбасыз объектілерді қабылдамайды.",
  "posting.no-end": "Индикатордың қай уақытқа дейін жарамды екені айтылмаған.",
  "posting.benign": "Бұл белгілі әрі зиянсыз: {list}.",
  "posting.personal": "Дербес деректер: {found}.",
  "posting.national-id": "Дербес деректер: {state} жеке тұлғаларға беретін нөмір.",
  "posting.self-identification": "Объект сіздің атыңызсыз беріледі, бірақ мынау сізді танытуы мүмкін: {trait}.",
  "posting.same-text": "Дәл осы мәтінді сіздің атыңызбен мыналар алады: {parties}.",

  "list.resolvers": "жалпыға қолжетімді атау сервері",
  "list.domains": "көпке танымал домен",
  "list.ranges": "жеке, резервтегі немесе құжаттамаға арналған мекенжай",
  "list.names": "мысалдар мен жергілікті қолдануға арналған атау",

  "found.email": "электрондық пошта мекенжайы",
  "found.phone": "телефон нөмірі",
  "found.person": "адамның аты",

  "trait.name": "мемлекетіңіздің атауы",
  "trait.identity": "мемлекетіңіз тіркеген сәйкестік",
  "trait.country-domain": "еліңіздің ұлттық домені",
  "trait.network": "өз желілеріңіздің мекенжайы",
  "trait.place": "мемлекетіңіздегі жер",
  "trait.lang": "тіл",
  "trait.sector": "сала",

  "diff.none": "Екі нұсқа бірдей нәрсе айтады.",

  "word.yes": "иә",
  "word.no": "жоқ",
  "word.later": "кейін",
  "word.reduced": "толық емес",
  "word.unattributed": "атаусыз",
  "word.whole": "толық",
  "word.none": "жоқ",
  "word.active": "қатысады",
  "word.suspended": "тоқтатылған",
  "word.revoked": "кері қайтарылған",
  "word.cleared": "рұқсаты бар",

  "column.alias": "бүркеншік ат",
  "column.basis": "негіз",
  "column.client": "клиент",
  "column.code": "код",
  "column.collection": "жинақ",
  "column.from": "бастап",
  "column.id": "сәйкестендіргіш",
  "column.keys": "кілттер",
  "column.marking": "таңба",
  "column.name": "атауы",
  "column.object": "объект",
  "column.offered": "ашық",
  "column.party": "тарап",
  "column.reach": "қамту",
  "column.role": "рөл",
  "column.rule": "ереже",
  "column.since": "бастап",
  "column.standing": "қатысуы",
  "column.title": "тақырып",
  "column.type": "түрі",
  "column.until": "дейін",
  "column.version": "нұсқа",

  "recall.false-positive": "Бұл — жалған дабыл.",
  "recall.posted-in-error": "Қателесіп жіберілген.",
  "recall.wrong-marking": "Таңбасы дұрыс болмаған.",
  "recall.personal-data": "Бөлісуге болмайтын дербес деректер бар.",
  "recall.superseded": "Орнын басқа объект басты.",
  "recall.at-the-request-of-the-source": "Мұны дереккөз сұраған.",
  "recall.no-reason-given": "Себебі айтылмаған.",
  "recall.revoked": "Жіберуші оның күшін жойды.",

  "count.objects": { one: "{count} объект", other: "{count} объект" },
  "count.states": { one: "{count} мемлекет", other: "{count} мемлекет" },
  "count.clients": { one: "{count} клиент", other: "{count} клиент" },
  "count.rules": { one: "{count} ереже", other: "{count} ереже" },
  "count.entries": { one: "{count} жазба", other: "{count} жазба" },
});
