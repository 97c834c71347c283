// The Russian catalogue. Terms follow glossary.md. Not yet read a second time: see `reviewed` in messages.ts.

import { translation } from "./message.ts";

export const russian = translation<"ru">()({
  "basis.owner": "Собственный объект всегда доступен владельцу полностью.",
  "basis.inactive": "Сторона не является действующим участником.",
  "basis.not-yet-member":
    "В момент передачи сторона ещё не была участником, а вступление не открывает переданного прежде.",
  "basis.unmarked": "Маркировки нет, а политика владельца не принимает объекты без маркировки.",
  "basis.ceiling-red": {
    one: "TLP:RED передаётся только государствам, названным по коду, а правило {rules} не называет это государство по коду.",
    few: "TLP:RED передаётся только государствам, названным по коду, а правила {rules} не называют это государство по коду.",
    many: "TLP:RED передаётся только государствам, названным по коду, а правила {rules} не называют это государство по коду.",
    other:
      "TLP:RED передаётся только государствам, названным по коду, а правила {rules} не называют это государство по коду.",
  },
  "basis.ceiling-all": {
    one: "Правило {rules} предназначено для всех (all), но в нём нет условия tlp, включающего {level}.",
    few: "Правила {rules} предназначены для всех (all), но в них нет условия tlp, включающего {level}.",
    many: "Правила {rules} предназначены для всех (all), но в них нет условия tlp, включающего {level}.",
    other: "Правила {rules} предназначены для всех (all), но в них нет условия tlp, включающего {level}.",
  },
  "basis.withheld": {
    one: "Вся передача удержана правилом {rules}.",
    few: "Вся передача удержана правилами {rules}.",
    many: "Вся передача удержана правилами {rules}.",
    other: "Вся передача удержана правилами {rules}.",
  },
  "basis.instruction-excluded": "Указание к передаче исключает эту сторону.",
  "basis.not-named": "Указание к передаче называет других получателей, и никто, кроме них, её не получит.",
  "basis.named-unshared":
    "Указание называет эту сторону, но ни одно правило не открывает этого тем, кого называет указание (named).",
  "basis.silence": "Ни одно правило этого не открывает, а молчание означает отказ.",
  "basis.shared": {
    one: "Открыто правилом {rules}.",
    few: "Открыто правилами {rules}.",
    many: "Открыто правилами {rules}.",
    other: "Открыто правилами {rules}.",
  },
  "basis.needs-rendition": {
    one: "Открыто правилом {rules}, но не полностью ({reasons}); неполное пока не выдаётся.",
    few: "Открыто правилами {rules}, но не полностью ({reasons}); неполное пока не выдаётся.",
    many: "Открыто правилами {rules}, но не полностью ({reasons}); неполное пока не выдаётся.",
    other: "Открыто правилами {rules}, но не полностью ({reasons}); неполное пока не выдаётся.",
  },
  "basis.never": {
    one: "Открыто правилом {rules}, но срок заканчивается раньше, чем начинается.",
    few: "Открыто правилами {rules}, но срок заканчивается раньше, чем начинается.",
    many: "Открыто правилами {rules}, но срок заканчивается раньше, чем начинается.",
    other: "Открыто правилами {rules}, но срок заканчивается раньше, чем начинается.",
  },
  "basis.ended": {
    one: "Было открыто правилом {rules}, срок истёк.",
    few: "Было открыто правилами {rules}, срок истёк.",
    many: "Было открыто правилами {rules}, срок истёк.",
    other: "Было открыто правилами {rules}, срок истёк.",
  },
  "basis.companion": "Поясняет другие объекты и следует за ними.",

  "reason.granular": "отдельные части имеют маркировку",
  "reason.marking": "маркировка запрещает называть источник",
  "reason.unattributed": "без имени владельца",
  "reason.redacted": "с удалёнными полями",

  "audience.now": {
    one: "Сейчас доступно {count} стороне: {parties}.",
    few: "Сейчас доступно {count} сторонам: {parties}.",
    many: "Сейчас доступно {count} сторонам: {parties}.",
    other: "Сейчас доступно {count} сторонам: {parties}.",
  },
  "audience.later": "{parties}: с {time}.",
  "audience.reduced": "{parties}: не раньше, чем начнут выдаваться неполные представления.",
  "audience.nobody": "Никому не доступно.",
  "audience.nobody-else": "Больше никому.",

  "warning.list-widens":
    "Правило {rule}: в tlp указан список, поэтому повышение маркировки с {from} до {to} расширило бы круг получателей.",
  "warning.not-released-yet": "Правило {rule}: открываемое им не является полным и пока не выдаётся.",
  "warning.never-red":
    "Правило {rule}: TLP:RED передаётся только государствам, названным по коду, а это правило не называет ни одного.",

  "word.yes": "да",
  "word.no": "нет",
  "word.later": "позже",
  "word.reduced": "неполно",
  "word.whole": "полностью",
  "word.none": "нет",
  "word.active": "участвует",
  "word.suspended": "приостановлено",
  "word.revoked": "отозван",
  "word.cleared": "с допуском",

  "column.alias": "псевдоним",
  "column.basis": "основание",
  "column.client": "клиент",
  "column.code": "код",
  "column.collection": "коллекция",
  "column.from": "с",
  "column.id": "идентификатор",
  "column.keys": "ключи",
  "column.marking": "маркировка",
  "column.name": "название",
  "column.object": "объект",
  "column.offered": "открыто",
  "column.party": "сторона",
  "column.reach": "охват",
  "column.role": "роль",
  "column.rule": "правило",
  "column.since": "с",
  "column.standing": "участие",
  "column.title": "заголовок",
  "column.type": "тип",
  "column.until": "до",
  "column.version": "версия",

  "count.objects": {
    one: "{count} объект",
    few: "{count} объекта",
    many: "{count} объектов",
    other: "{count} объекта",
  },
  "count.states": {
    one: "{count} государство",
    few: "{count} государства",
    many: "{count} государств",
    other: "{count} государства",
  },
  "count.clients": {
    one: "{count} клиент",
    few: "{count} клиента",
    many: "{count} клиентов",
    other: "{count} клиента",
  },
  "count.rules": { one: "{count} правило", few: "{count} правила", many: "{count} правил", other: "{count} правила" },
  "count.entries": { one: "{count} запись", few: "{count} записи", many: "{count} записей", other: "{count} записи" },
});
