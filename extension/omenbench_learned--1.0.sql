-- The access method "learned", its operator classes, and the functions that look into an index.
\echo Use "CREATE EXTENSION omenbench_learned" to load this file. \quit

CREATE FUNCTION learned_handler(internal) RETURNS index_am_handler AS 'MODULE_PATHNAME' LANGUAGE C STRICT;
CREATE ACCESS METHOD learned TYPE INDEX HANDLER learned_handler;
COMMENT ON ACCESS METHOD learned IS 'ordered index whose leaf pages a model finds';

CREATE FUNCTION learned_sparse_handler(internal) RETURNS index_am_handler AS 'MODULE_PATHNAME' LANGUAGE C STRICT;
CREATE ACCESS METHOD learned_sparse TYPE INDEX HANDLER learned_sparse_handler;
COMMENT ON ACCESS METHOD learned_sparse IS 'index for columns in the order of their table: lines from keys to blocks';

-- Entries of the index if all is well, else an error that names what is wrong. Blocks writers meanwhile.
CREATE FUNCTION learned_index_check(index regclass) RETURNS bigint AS 'MODULE_PATHNAME' LANGUAGE C STRICT;

CREATE FUNCTION learned_index_stats(index regclass, OUT entries bigint, OUT leaves bigint, OUT listed_leaves bigint,
                                    OUT segments bigint, OUT fill double precision)
  AS 'MODULE_PATHNAME' LANGUAGE C STRICT;

-- Blocks that are summarised, segments they are in, exceptions (rows outside of their block's range), blocks of the tail.
CREATE FUNCTION learned_sparse_stats(index regclass, OUT blocks bigint, OUT segments bigint, OUT exceptions bigint,
                                     OUT tail bigint)
  AS 'MODULE_PATHNAME' LANGUAGE C STRICT;

-- Families hold the comparisons with the neighbouring types too: without them WHERE k = 7919 on a bigint, where the
-- constant is an integer, would be a sequential scan.
CREATE OPERATOR FAMILY integer_learned_ops USING learned;
CREATE OPERATOR CLASS int2_learned_ops DEFAULT FOR TYPE int2 USING learned FAMILY integer_learned_ops AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >;
CREATE OPERATOR CLASS int4_learned_ops DEFAULT FOR TYPE int4 USING learned FAMILY integer_learned_ops AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >;
CREATE OPERATOR CLASS int8_learned_ops DEFAULT FOR TYPE int8 USING learned FAMILY integer_learned_ops AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >;
ALTER OPERATOR FAMILY integer_learned_ops USING learned ADD
  OPERATOR 1 < (int2, int4), OPERATOR 2 <= (int2, int4), OPERATOR 3 = (int2, int4), OPERATOR 4 >= (int2, int4), OPERATOR 5 > (int2, int4),
  OPERATOR 1 < (int2, int8), OPERATOR 2 <= (int2, int8), OPERATOR 3 = (int2, int8), OPERATOR 4 >= (int2, int8), OPERATOR 5 > (int2, int8),
  OPERATOR 1 < (int4, int2), OPERATOR 2 <= (int4, int2), OPERATOR 3 = (int4, int2), OPERATOR 4 >= (int4, int2), OPERATOR 5 > (int4, int2),
  OPERATOR 1 < (int4, int8), OPERATOR 2 <= (int4, int8), OPERATOR 3 = (int4, int8), OPERATOR 4 >= (int4, int8), OPERATOR 5 > (int4, int8),
  OPERATOR 1 < (int8, int2), OPERATOR 2 <= (int8, int2), OPERATOR 3 = (int8, int2), OPERATOR 4 >= (int8, int2), OPERATOR 5 > (int8, int2),
  OPERATOR 1 < (int8, int4), OPERATOR 2 <= (int8, int4), OPERATOR 3 = (int8, int4), OPERATOR 4 >= (int8, int4), OPERATOR 5 > (int8, int4);

CREATE OPERATOR FAMILY float_learned_ops USING learned;
CREATE OPERATOR CLASS float8_learned_ops DEFAULT FOR TYPE float8 USING learned FAMILY float_learned_ops AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >;
ALTER OPERATOR FAMILY float_learned_ops USING learned ADD
  OPERATOR 1 < (float8, float4), OPERATOR 2 <= (float8, float4), OPERATOR 3 = (float8, float4), OPERATOR 4 >= (float8, float4), OPERATOR 5 > (float8, float4);

CREATE OPERATOR FAMILY time_learned_ops USING learned;
CREATE OPERATOR CLASS timestamp_learned_ops DEFAULT FOR TYPE timestamp USING learned FAMILY time_learned_ops AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >;
CREATE OPERATOR CLASS timestamptz_learned_ops DEFAULT FOR TYPE timestamptz USING learned FAMILY time_learned_ops AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >;
CREATE OPERATOR CLASS date_learned_ops DEFAULT FOR TYPE date USING learned FAMILY time_learned_ops AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >;
ALTER OPERATOR FAMILY time_learned_ops USING learned ADD
  OPERATOR 1 < (timestamp, date), OPERATOR 2 <= (timestamp, date), OPERATOR 3 = (timestamp, date), OPERATOR 4 >= (timestamp, date), OPERATOR 5 > (timestamp, date),
  OPERATOR 1 < (timestamptz, date), OPERATOR 2 <= (timestamptz, date), OPERATOR 3 = (timestamptz, date), OPERATOR 4 >= (timestamptz, date), OPERATOR 5 > (timestamptz, date),
  OPERATOR 1 < (timestamptz, timestamp), OPERATOR 2 <= (timestamptz, timestamp), OPERATOR 3 = (timestamptz, timestamp), OPERATOR 4 >= (timestamptz, timestamp), OPERATOR 5 > (timestamptz, timestamp),
  OPERATOR 1 < (date, timestamp), OPERATOR 2 <= (date, timestamp), OPERATOR 3 = (date, timestamp), OPERATOR 4 >= (date, timestamp), OPERATOR 5 > (date, timestamp);

-- learned_sparse has the same operators.
DO $$
DECLARE
  family record; part record;
  sparse text;
BEGIN
  FOR family IN SELECT f.oid, opfname FROM pg_opfamily f JOIN pg_am a ON a.oid = opfmethod WHERE amname = 'learned' LOOP
    sparse := replace(family.opfname, 'learned', 'learned_sparse');
    EXECUTE format('CREATE OPERATOR FAMILY %I USING learned_sparse', sparse);
    FOR part IN SELECT replace(opcname, 'learned', 'learned_sparse') AS name, opcintype::regtype AS type FROM pg_opclass
                WHERE opcfamily = family.oid LOOP
      EXECUTE format('CREATE OPERATOR CLASS %I DEFAULT FOR TYPE %s USING learned_sparse FAMILY %I AS OPERATOR 1 <, '
                     'OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >', part.name, part.type, sparse);
    END LOOP;
    FOR part IN SELECT amopstrategy AS strategy, amopopr::regoperator AS operator FROM pg_amop
                WHERE amopfamily = family.oid AND amoplefttype <> amoprighttype LOOP
      EXECUTE format('ALTER OPERATOR FAMILY %I USING learned_sparse ADD OPERATOR %s %s', sparse, part.strategy,
                     part.operator);
    END LOOP;
  END LOOP;
END $$;
