-- randomness without a generator: a number in [0, 1) that depends on a key, a purpose and the seed only
create or replace macro u(key, purpose) as
    (hash(key, purpose, getvariable('seed')) % 9007199254740992)::double / 9007199254740992;

-- a word of a list; the larger the skew, the more often an early one
create or replace macro pick(words, key, purpose, skew := 1.0) as
    words[1 + floor(len(words) * pow(u(key, purpose), skew))::integer];

-- a number from 0 to n - 1
create or replace macro number(key, purpose, n) as floor(n * u(key, purpose))::bigint;

create or replace macro letter(key, purpose) as chr(97 + number(key, purpose, 26)::integer);

-- one slip of the finger somewhere in the text: a letter lost, swapped with the next, replaced or doubled by another
create or replace macro mistyped_at(text, p, kind, typed) as
    case kind
        when 0 then left(text, p - 1) || substr(text, p + 1)
        when 1 then left(text, p - 1) || substr(text, p + 1, 1) || substr(text, p, 1) || substr(text, p + 2)
        when 2 then left(text, p - 1) || typed || substr(text, p + 1)
        else left(text, p) || typed || substr(text, p + 1)
    end;

create or replace macro mistyped(text, key, purpose) as
    mistyped_at(
        text, 1 + number(key, purpose || ' at', length(text)), number(key, purpose || ' kind', 4), letter(key, purpose)
    );

create or replace macro misdialled(text, key, purpose) as
    left(text, 4 + number(key, purpose || ' at', length(text) - 4)) || number(key, purpose, 10)
    || substr(text, 6 + number(key, purpose || ' at', length(text) - 4));

-- the parts of an address in which names are written: letters and digits of ASCII
create or replace macro slug(text) as
    regexp_replace(lower(strip_accents(replace(text, 'ß', 'ss'))), '[^a-z0-9]', '', 'g');
