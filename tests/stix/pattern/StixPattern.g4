// The patterning language of STIX 2.1 §9, written down a second time: tests/stix/pattern/antlr.test.ts makes a parser of it and
// holds the one by hand against it. Iterations instead of left recursion, so that a chain is one node here as well.
grammar StixPattern;

pattern : followed EOF ;

// observation expressions, loosest first (§9.5.3)
followed : either ( FOLLOWEDBY either )* ;
either   : both ( OR both )* ;
both     : qualified ( AND qualified )* ;
qualified : ( observation | group ) qualifier* ;
group       : '(' followed ')' ;
observation : '[' anyOf ']' ;
qualifier
  : WITHIN ( NATURAL | FRACTION ) SECONDS
  | REPEATS NATURAL TIMES
  | START TIMESTAMP STOP TIMESTAMP
  ;

// comparison expressions (§9.6)
anyOf : allOf ( OR allOf )* ;
allOf : test ( AND test )* ;
test
  : '(' anyOf ')'
  | NOT? EXISTS path
  | path NOT? ( '=' | '==' | '!=' | '<>' ) constant
  | path NOT? ( '<' | '<=' | '>' | '>=' ) ordered
  | path NOT? IN '(' ( constant ( ',' constant )* )? ')'
  | path NOT? ( LIKE | MATCHES | ISSUBSET | ISSUPERSET ) TEXT
  ;
constant : ordered | BOOLEAN ;
ordered : NATURAL | NEGATIVE | FRACTION | NEGATIVE_FRACTION | TEXT | HEX | BINARY | TIMESTAMP ;

// object paths (§9.7)
path : ( NAME | HYPHENATED ) ':' key step* ;
step : '.' key | '[' ( NATURAL | NEGATIVE | '*' ) ']' ;
key  : NAME | TEXT ;

// constants (§9.2)
NATURAL  : '+'? WHOLE ;
NEGATIVE : '-' WHOLE ;
FRACTION : '+'? PART ;
NEGATIVE_FRACTION : '-' PART ;
TEXT : '\'' ( ~['\\] | '\\' ['\\] )* '\'' ;
HEX  : 'h\'' ( HEXDIGIT HEXDIGIT )* '\'' ;
BINARY : 'b\'' QUAD* ( QUAD | SIX SIX SIX '=' | SIX SIX '==' ) '\'' ;
TIMESTAMP
  : 't\'' DIGIT DIGIT DIGIT DIGIT '-' ( '0' [1-9] | '1' [0-2] ) '-' ( '0' [1-9] | [12] DIGIT | '3' [01] )
    'T' ( [01] DIGIT | '2' [0-3] ) ':' SIXTY ':' ( SIXTY | '60' ) ( '.' DIGIT+ )? 'Z\''
  ;
BOOLEAN : 'true' | 'false' ;

AND : 'AND' ;
OR : 'OR' ;
NOT : 'NOT' ;
FOLLOWEDBY : 'FOLLOWEDBY' ;
IN : 'IN' ;
LIKE : 'LIKE' ;
MATCHES : 'MATCHES' ;
ISSUBSET : 'ISSUBSET' ;
ISSUPERSET : 'ISSUPERSET' ;
EXISTS : 'EXISTS' ;
START : 'START' ;
STOP : 'STOP' ;
WITHIN : 'WITHIN' ;
SECONDS : 'SECONDS' ;
REPEATS : 'REPEATS' ;
TIMES : 'TIMES' ;
LAST : 'LAST' ;

NAME : LETTER ( LETTER | DIGIT )* ;
HYPHENATED : LETTER ( LETTER | DIGIT | '-' )* ;

COMMENT : ( '/*' .*? '*/' | '//' ~[\r\n]* ) -> skip ;
SPACE
  : [ \t\n\u000B\u000C\r\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+ -> skip
  ;
// What begins no word is one, so that it is the parser that stops at it.
OTHER : . ;

fragment LETTER : [A-Za-z_] ;
fragment DIGIT : [0-9] ;
fragment SIXTY : [0-5] DIGIT ;
fragment WHOLE : '0' | [1-9] DIGIT* ;
fragment PART : DIGIT* '.' DIGIT+ ;
fragment HEXDIGIT : [0-9A-Fa-f] ;
fragment SIX : [A-Za-z0-9+/] ;
fragment QUAD : SIX SIX SIX SIX ;
