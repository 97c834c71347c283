// The English catalogue, which the others follow message by message. Places in braces are filled by messages.ts; a plural
// is chosen by {count}. Words are those of the product: contribution, release, basis, rule; TLP labels are never translated.

export const english = {
  // Why a party is offered an object or not: one sentence for each basis of a decision.
  "basis.owner": "The owner always has its own objects, whole.",
  "basis.inactive": "It is not an active member.",
  "basis.not-yet-member":
    "It was not a member when this was contributed, and joining gives nothing contributed before.",
  "basis.terms-unsigned": "It has not signed the terms under which states take part.",
  "basis.not-yet-in-circle": {
    one: "Rule {rules} shares it with a circle, which this party joined only after it was contributed.",
    other: "Rules {rules} share it with circles, which this party joined only after it was contributed.",
  },
  "basis.unmarked": "It carries no marking, and its owner’s policy refuses what is unmarked.",
  "basis.ceiling-red": {
    one: "TLP:RED goes only to states named by code, and rule {rules} does not name this one by its code.",
    other: "TLP:RED goes only to states named by code, and rules {rules} do not name this one by its code.",
  },
  "basis.ceiling-all": {
    one: "Rule {rules} shares with all, but has no condition on tlp that includes {level}.",
    other: "Rules {rules} share with all, but have no condition on tlp that includes {level}.",
  },
  "basis.ceiling-public": {
    one: "Rule {rules} shares with the public, which gets TLP:CLEAR alone, and this is {level}.",
    other: "Rules {rules} share with the public, which gets TLP:CLEAR alone, and this is {level}.",
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
    one: "Shared by rule {rules}, but not whole: {reasons}.",
    other: "Shared by rules {rules}, but not whole: {reasons}.",
  },
  "basis.nothing-left": {
    one: "Shared by rule {rules}, but the object is not valid without what is taken away: nothing is given.",
    other: "Shared by rules {rules}, but the object is not valid without what is taken away: nothing is given.",
  },
  "basis.never": {
    one: "Rule {rules} shares it, but its time ends before it begins.",
    other: "Rules {rules} share it, but its time ends before it begins.",
  },
  "basis.ended": {
    one: "Rule {rules} shared it, and its time has ended.",
    other: "Rules {rules} shared it, and its time has ended.",
  },
  "basis.awaiting-approval": "It waits for the approval of its owner’s contacts.",
  "basis.retained": "Its owner keeps objects only for so long, and its time has ended.",
  "basis.lean": {
    one: "It is about another state’s object, and rule {rules} does not speak of such answers: its author alone gets it.",
    other:
      "It is about another state’s object, and rules {rules} do not speak of such answers: its author alone gets it.",
  },
  "basis.companion": "It explains other objects and goes where they go.",

  // Why an object cannot go whole.
  "reason.granular": "parts of it are marked",
  "reason.marking": "its marking forbids naming the provider (not released yet)",
  "reason.unattributed": "without its owner’s name (not released yet)",
  "reason.redacted": "with fields removed",

  // The audience of one object in words.
  "audience.now": {
    one: "{count} party is offered this now: {parties}.",
    other: "{count} parties are offered this now: {parties}.",
  },
  "audience.later": "{parties} from {time}.",
  "audience.reduced": "Not whole for {parties}: what their rules take away is left out.",
  "audience.unattributed": "{parties} not before unattributed renditions are released.",
  "audience.some-may-not": "Some of them may not get it: that hangs on what others share with them.",
  "audience.nobody": "Nobody is offered this.",
  "audience.nobody-else": "Nobody else.",

  // What a steward is told when a policy is saved.
  "warning.list-widens":
    "Rule {rule}: tlp is a list, so that raising a marking from {from} to {to} would widen who gets it.",
  "warning.not-released-yet": "Rule {rule}: what it shares goes without your name, and is not released yet.",
  "warning.never-red": "Rule {rule}: TLP:RED reaches only states named by code, and this rule names none.",
  "warning.never-public": "Rule {rule}: the public gets TLP:CLEAR alone, and this rule is for other levels.",
  "warning.names-nobody": "Rule {rule} names nobody: all whom it shares with are excepted, or there are none.",
  "warning.always-withheld": "Rule {rule} is never used: other rules always withhold from all whom it names.",
  "warning.never-held": "Rule {rule} withholds from nobody: all whom it names are excepted, or there are none.",

  // What a contributor is told before posting, of one object.
  "posting.reaches-nobody": "Nobody but you will have it.",
  "posting.reaches-everybody": {
    one: "All states are offered it: {count} beside your own.",
    other: "All states are offered it: {count} beside your own.",
  },
  "posting.unmarked": "It has no marking and counts as {level}.",
  "posting.unmarked-refused": "It has no marking, and your policy refuses what is unmarked.",
  "posting.no-end": "The indicator does not say until when it is valid.",
  "posting.benign": "This is known and harmless: {list}.",
  "posting.personal": "Personal data: {found}.",
  "posting.national-id": "Personal data: a number as {state} gives to persons.",
  "posting.self-identification": "It goes without your name, and this may tell who you are: {trait}.",
  "posting.same-text": "{parties} will have the same text under your name.",

  "list.resolvers": "a public resolver",
  "list.domains": "a well-known domain",
  "list.ranges": "a private, reserved or documentation address",
  "list.names": "a name reserved for examples and local use",

  "found.email": "an e-mail address",
  "found.phone": "a telephone number",
  "found.person": "the name of a person",

  "trait.name": "the name of your state",
  "trait.identity": "an identity that your state registered",
  "trait.country-domain": "your country’s domain",
  "trait.network": "an address of your own networks",
  "trait.place": "a place in your state",
  "trait.lang": "the language",
  "trait.sector": "the sector",

  // Two versions of a policy.
  "diff.none": "The two versions say the same.",

  // Cells of tables.
  "word.yes": "yes",
  "word.no": "no",
  "word.later": "later",
  "word.reduced": "reduced",
  "word.unattributed": "unattributed",
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

  // Why something was recalled: the fixed phrases.
  "recall.false-positive": "It is a false positive.",
  "recall.posted-in-error": "It was posted in error.",
  "recall.wrong-marking": "Its marking was wrong.",
  "recall.personal-data": "It holds personal data that should not have been shared.",
  "recall.superseded": "Something else takes its place.",
  "recall.at-the-request-of-the-source": "Its source asked for it.",
  "recall.no-reason-given": "No reason was given.",
  "recall.revoked": "Its contributor revoked it.",

  // Counts.
  "count.objects": { one: "{count} object", other: "{count} objects" },
  "count.states": { one: "{count} state", other: "{count} states" },
  "count.clients": { one: "{count} client", other: "{count} clients" },
  "count.rules": { one: "{count} rule", other: "{count} rules" },
  "count.entries": { one: "{count} entry", other: "{count} entries" },
} as const;
