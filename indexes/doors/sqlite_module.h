// An ordered index as a virtual table t(k, v) of SQLite: what stands behind `CREATE VIRTUAL TABLE ... USING omen` and
// behind the door `sqlite+INDEX` (SQLite documentation, "The Virtual Table Mechanism of SQLite").
//
// Both columns hold integers; k is the key and the rowid, each key stands once. `k = ?`, ranges of k and `ORDER BY k`
// go to the index, everything else is filtered by SQLite, which also checks again what the index returned: a value of
// another type than integer is compared by SQLite's own rules. There are no transactions: what was written stays when
// a transaction is rolled back.
//
// needs: sqlite3.h sqlite3 (libsqlite3-dev)
#pragma once

// The loadable extension reaches SQLite through pointers that its host gives it (sqlite3ext.h).
#ifdef OMENBENCH_SQLITE_EXTENSION
#include <sqlite3ext.h>
#else
#include <sqlite3.h>
#endif

#include <algorithm>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "core/erased_index.h"
#include "indexes/engines/sql_text.h"

#ifdef OMENBENCH_SQLITE_EXTENSION
extern const sqlite3_api_routines* sqlite3_api;
#endif

namespace omenbench {

/// A table; what differs between modules is how it is made (`Open`).
class OmenTable : public sqlite3_vtab {
 public:
  using Open = int (*)(sqlite3*, void*, int, const char* const*, sqlite3_vtab**, char**);

  /// `why_not`: why nothing can be written, whatever the index can; empty: as the index can.
  OmenTable(sqlite3* database, std::shared_ptr<ErasedIndex> index, std::string why_not)
      : sqlite3_vtab{},
        database_(database),
        index_(std::move(index)),
        can_(index_->capabilities()),
        why_not_(std::move(why_not)) {}

  /// What an Open does with the index that `find` returns or throws about.
  template <class Find>
  static int make(sqlite3* database, sqlite3_vtab** table, char** message, Find find, std::string why_not = "") {
    return guarded(message, [&] {
      auto made = std::make_unique<OmenTable>(database, find(), std::move(why_not));
      int code = sqlite3_declare_vtab(database, "CREATE TABLE x(k INTEGER, v INTEGER)");
      // Without it a key that is there already ends every statement, whatever its OR says.
      if (code == SQLITE_OK) code = sqlite3_vtab_config(database, SQLITE_VTAB_CONSTRAINT_SUPPORT, 1);
      if (code == SQLITE_OK) *table = made.release();
      return code;
    });
  }

  static sqlite3_module module(Open open) {
    sqlite3_module module{};
    module.iVersion = 1;
    module.xCreate = open;
    module.xConnect = open;
    module.xBestIndex = &best_index;
    module.xDisconnect = &disconnect;
    module.xDestroy = &disconnect;
    module.xOpen = &Cursor::open;
    module.xClose = &Cursor::close;
    module.xFilter = &Cursor::filter;
    module.xNext = &Cursor::next;
    module.xEof = &Cursor::eof;
    module.xColumn = &Cursor::column;
    module.xRowid = &Cursor::rowid;
    module.xUpdate = &update;
    return module;
  }

  /// Runs `body` and turns what it throws into SQLite's codes and a message.
  template <class Body>
  static int guarded(char** message, Body body) noexcept {
    try {
      return body();
    } catch (const std::bad_alloc&) {
      return SQLITE_NOMEM;
    } catch (const std::exception& exception) {
      sqlite3_free(*message);
      *message = sqlite3_mprintf("%s", exception.what());
      return SQLITE_ERROR;
    }
  }

 private:
  /// What best_index tells filter: which bounds of k arrive as arguments, in this order.
  enum Bound : int { kEqual = 1, kAbove = 2, kNotBelow = 4, kBelow = 8, kNotAbove = 16 };
  static constexpr Bound kBounds[] = {kEqual, kAbove, kNotBelow, kBelow, kNotAbove};

  static int bound_of(unsigned char op) {
    switch (op) {
      case SQLITE_INDEX_CONSTRAINT_EQ:
        return kEqual;
      case SQLITE_INDEX_CONSTRAINT_GT:
        return kAbove;
      case SQLITE_INDEX_CONSTRAINT_GE:
        return kNotBelow;
      case SQLITE_INDEX_CONSTRAINT_LT:
        return kBelow;
      case SQLITE_INDEX_CONSTRAINT_LE:
        return kNotAbove;
      default:
        return 0;
    }
  }

  static int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
    constexpr int kKeyColumn = 0;
    constexpr int kRowid = -1;
    int arguments = 0;
    for (const Bound bound : kBounds) {
      for (int i = 0; i < info->nConstraint; ++i) {
        const auto& constraint = info->aConstraint[i];
        const bool key = constraint.iColumn == kKeyColumn || constraint.iColumn == kRowid;
        if (!key || constraint.usable == 0 || bound_of(constraint.op) != bound) continue;
        info->aConstraintUsage[i].argvIndex = ++arguments;
        info->idxNum |= bound;
        break;  // a second one of the kind is SQLite's to check
      }
    }
    const bool one = (info->idxNum & kEqual) != 0;
    const bool range = info->idxNum != 0;
    info->estimatedRows = one ? 1 : range ? 1000 : 1'000'000;
    info->estimatedCost = one ? 5 : static_cast<double>(info->estimatedRows);
    if (one) info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
    if (info->nOrderBy == 1 && info->aOrderBy[0].desc == 0 &&
        (info->aOrderBy[0].iColumn == kKeyColumn || info->aOrderBy[0].iColumn == kRowid)) {
      info->orderByConsumed = 1;
    }
    return SQLITE_OK;
  }

  static int disconnect(sqlite3_vtab* table) {
    delete static_cast<OmenTable*>(table);
    return SQLITE_OK;
  }

  /// Rows are fetched in stretches that grow: a short scan copies little, a long one calls seldom.
  class Cursor : public sqlite3_vtab_cursor {
   public:
    static int open(sqlite3_vtab*, sqlite3_vtab_cursor** cursor) {
      *cursor = new (std::nothrow) Cursor();
      return *cursor == nullptr ? SQLITE_NOMEM : SQLITE_OK;
    }

    static int close(sqlite3_vtab_cursor* cursor) {
      delete static_cast<Cursor*>(cursor);
      return SQLITE_OK;
    }

    static int filter(sqlite3_vtab_cursor* cursor, int bounds, const char*, int, sqlite3_value** values) {
      return guarded(&cursor->pVtab->zErrMsg, [&] {
        static_cast<Cursor*>(cursor)->begin(bounds, values);
        return SQLITE_OK;
      });
    }

    static int next(sqlite3_vtab_cursor* cursor) {
      return guarded(&cursor->pVtab->zErrMsg, [&] {
        static_cast<Cursor*>(cursor)->advance();
        return SQLITE_OK;
      });
    }

    static int eof(sqlite3_vtab_cursor* cursor) {
      const auto& self = *static_cast<Cursor*>(cursor);
      return self.at_ == self.count_;
    }

    static int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int column) {
      const Entry& entry = static_cast<Cursor*>(cursor)->current();
      sqlite3_result_int64(context, column == 0 ? sql_key(entry.key) : sql_payload(entry.payload));
      return SQLITE_OK;
    }

    static int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* rowid) {
      *rowid = sql_key(static_cast<Cursor*>(cursor)->current().key);
      return SQLITE_OK;
    }

   private:
    static constexpr std::size_t kFirstStretch = 32;
    static constexpr std::size_t kLongestStretch = 1024;

    ErasedIndex& index() const { return *static_cast<OmenTable*>(pVtab)->index_; }
    const Entry& current() const { return at_ < stretch_.size() ? stretch_[at_] : one_; }

    /// Narrows [first_, last_] by a bound. What is no integer narrows nothing: SQLite checks each row itself.
    void narrow(Bound bound, sqlite3_value* value) {
      if (sqlite3_value_type(value) != SQLITE_INTEGER) return;
      const Key key = key_of(sqlite3_value_int64(value));
      if (bound == kEqual || bound == kNotBelow) first_ = std::max(first_, key);
      if (bound == kEqual || bound == kNotAbove) last_ = std::min(last_, key);
      if (bound == kAbove) key == ~Key{0} ? empty_ = true : first_ = std::max(first_, key + 1);
      if (bound == kBelow) key == 0 ? empty_ = true : last_ = std::min(last_, key - 1);
    }

    void begin(int bounds, sqlite3_value** values) {
      first_ = 0;
      last_ = ~Key{0};
      empty_ = false;
      at_ = count_ = 0;
      stretch_.clear();
      for (const Bound bound : kBounds) {
        if ((bounds & bound) != 0) narrow(bound, *values++);
      }
      more_ = !empty_ && first_ <= last_;
      if (more_ && first_ == last_) {
        more_ = false;
        one_.key = first_;
        count_ = index().find(first_, one_.payload) ? 1 : 0;
      } else {
        wanted_ = kFirstStretch;
        fetch();
      }
    }

    void advance() {
      if (++at_ == count_) fetch();
    }

    void fetch() {
      at_ = count_ = 0;
      if (!more_) return;
      stretch_.resize(wanted_);
      const std::size_t got = index().scan(first_, stretch_);
      const auto end = std::upper_bound(stretch_.begin(), stretch_.begin() + static_cast<std::ptrdiff_t>(got), last_,
                                        [](Key last, const Entry& entry) { return last < entry.key; });
      count_ = static_cast<std::size_t>(end - stretch_.begin());
      more_ = count_ == wanted_ && stretch_[count_ - 1].key != last_;
      if (more_) first_ = stretch_[count_ - 1].key + 1;
      wanted_ = std::min(2 * wanted_, kLongestStretch);
    }

    Key first_ = 0, last_ = 0;  ///< of the keys that are still to come
    bool empty_ = false;
    bool more_ = false;
    std::size_t wanted_ = kFirstStretch;
    std::size_t at_ = 0, count_ = 0;
    Entry one_{};                 ///< of a lookup
    std::vector<Entry> stretch_;  ///< of a scan; empty in a lookup
  };

  /// `values` are: the old rowid or NULL, the new rowid or NULL, k, v; the old rowid alone to erase.
  static int update(sqlite3_vtab* base, int count, sqlite3_value** values, sqlite3_int64* rowid) {
    auto& table = *static_cast<OmenTable*>(base);
    return guarded(&base->zErrMsg, [&] {
      if (!table.why_not_.empty()) throw std::invalid_argument(table.why_not_);
      if (count == 1) return table.erase(sqlite3_value_int64(values[0]));
      if (sqlite3_value_type(values[2]) != SQLITE_INTEGER) throw std::invalid_argument("k takes integers only");
      if (sqlite3_value_type(values[3]) != SQLITE_INTEGER) throw std::invalid_argument("v takes integers only");
      const std::int64_t key = sqlite3_value_int64(values[2]);
      const Payload payload = payload_of_sql(sqlite3_value_int64(values[3]));
      *rowid = key;
      // OR REPLACE is ours to do, the other answers to a conflict are SQLite's.
      const bool replace = sqlite3_vtab_on_conflict(table.database_) == SQLITE_REPLACE;
      if (sqlite3_value_type(values[0]) == SQLITE_NULL) return table.insert(key_of(key), payload, replace);
      const std::int64_t old = sqlite3_value_int64(values[0]);
      return old == key ? table.change(key_of(key), payload) : table.move(old, key, payload, replace);
    });
  }

  static void require(bool ability, const char* what) {
    if (!ability) throw std::invalid_argument(std::string("this index cannot ") + what);
  }

  int erase(std::int64_t key) {
    require(can_.erasable, "erase");
    index_->erase(key_of(key));
    return SQLITE_OK;
  }

  int insert(Key key, Payload payload, bool replace) {
    require(can_.insertable, "insert");
    if (index_->insert(key, payload)) return SQLITE_OK;
    if (replace) return change(key, payload);
    zErrMsg = sqlite3_mprintf("k %lld is there already", static_cast<long long>(sql_key(key)));
    return SQLITE_CONSTRAINT;
  }

  int change(Key key, Payload payload) {
    require(can_.updatable, "update");
    index_->update(key, payload);
    return SQLITE_OK;
  }

  /// Another key for a row: the new one first, so that a conflict leaves everything as it was.
  int move(std::int64_t old, std::int64_t key, Payload payload, bool replace) {
    require(can_.erasable, "erase");
    const int code = insert(key_of(key), payload, replace);
    return code == SQLITE_OK ? erase(old) : code;
  }

  sqlite3* database_;
  std::shared_ptr<ErasedIndex> index_;
  Capabilities can_;
  std::string why_not_;
};

}  // namespace omenbench
