// The English catalogue, which the others follow message by message. Places in braces are filled by messages.ts; a plural
// is chosen by {count}. Words are those of the product: contribution, release, basis, rule; TLP labels are never translated.

export const english = {
  // Why a party is offered an object or not: one sentence for each basis of a decision.
  "basis.owner": "The owner always has its own objects, whole.",
  "basis.inactive": "It is not an active member.",
  "basis.not-yet-member":
    "It was not a member when this was contributed, and joining gives nothing contributed before.",
  "basis.unmarked": "It carries no marking, and its owner’s policy refuses what is unmarked.",
  "basis.ceiling-red": {
    one: "TLP:RED goes only to states named by code, and rule {rules} does not name this one by its code.",
    other: "TLP:RED goes only to states named by code, and rules {rules} do not name this one by its code.",
  },
  "basis.ceiling-all": {
    one: "Rule {rules} shares with all, but has no condition on tlp that includes {level}.",
    other: "Rules {rules} share with all, but have no condition on tlp that includes {level}.",
  },
  "basis.withheld": {
    one: "Withheld with its whole contribution by rule {rules}.",
    other: "Withheld with its whole contribution by rules {rules}.",
  },
  "basis.instruction-excluded": "The contribution’s instruction keeps it from this party.",
  "basis.not-named": "The contribution’s instruction names others, and nobody else gets it.",
  "basis.named-unshared": "The instruction names it, but no rule shares this with those that an instruction names.",
  "basis.silence": "No rule shares it, and silence denies.",
  "basis.shared": { one: "Shared by rule {rules}.", other: "Shared by rules {rules}." },
  "basis.needs-rendition": {
    one: "Shared by rule {rules}, but not whole ({reasons}); what is not whole is not released yet.",
    other: "Shared by rules {rules}, but not whole ({reasons}); what is not whole is not released yet.",
  },
  "basis.never": {
    one: "Rule {rules} shares it, but its time ends before it begins.",
    other: "Rules {rules} share it, but its time ends before it begins.",
  },
  "basis.ended": {
    one: "Rule {rules} shared it, and its time has ended.",
    other: "Rules {rules} shared it, and its time has ended.",
  },
  "basis.companion": "It explains other objects and goes where they go.",

  // Why an object cannot go whole.
  "reason.granular": "parts of it are marked",
  "reason.marking": "its marking forbids naming the provider",
  "reason.unattributed": "without its owner’s name",
  "reason.redacted": "with fields removed",

  // The audience of one object in words.
  "audience.now": {
    one: "{count} party is offered this now: {parties}.",
    other: "{count} parties are offered this now: {parties}.",
  },
  "audience.later": "{parties} from {time}.",
  "audience.reduced": "{parties} not before reduced renditions are released.",
  "audience.nobody": "Nobody is offered this.",
  "audience.nobody-else": "Nobody else.",

  // What a steward is told when a policy is saved.
  "warning.list-widens":
    "Rule {rule}: tlp is a list, so that raising a marking from {from} to {to} would widen who gets it.",
  "warning.not-released-yet": "Rule {rule}: what it shares is not whole, and is not released yet.",
  "warning.never-red": "Rule {rule}: TLP:RED reaches only states named by code, and this rule names none.",

  // Cells of tables.
  "word.yes": "yes",
  "word.no": "no",
  "word.later": "later",
  "word.reduced": "reduced",
  "word.whole": "whole",
  "word.none": "none",
  "word.active": "active",
  "word.suspended": "suspended",
  "word.revoked": "revoked",
  "word.cleared": "cleared",

  // Heads of tables.
  "column.alias": "alias",
  "column.basis": "basis",
  "column.client": "client",
  "column.code": "code",
  "column.collection": "collection",
  "column.from": "from",
  "column.id": "id",
  "column.keys": "keys",
  "column.marking": "marking",
  "column.name": "name",
  "column.object": "object",
  "column.offered": "offered",
  "column.party": "party",
  "column.reach": "reach",
  "column.role": "role",
  "column.rule": "rule",
  "column.since": "since",
  "column.standing": "standing",
  "column.title": "title",
  "column.type": "type",
  "column.until": "until",
  "column.version": "version",

  // Counts.
  "count.objects": { one: "{count} object", other: "{count} objects" },
  "count.states": { one: "{count} state", other: "{count} states" },
  "count.clients": { one: "{count} client", other: "{count} clients" },
  "count.rules": { one: "{count} rule", other: "{count} rules" },
  "count.entries": { one: "{count} entry", other: "{count} entries" },
} as const;
