// What the measurements of a decision allow to be said: the answers, or why there is none.
#pragma once

#include <string>
#include <vector>

#include "results/decide/decision.h"

namespace omenbench {

/// Those that the candidates raise: of single keys where one keeps no order, of ordered ones where one does.
std::vector<Question> questions_of(const std::vector<Candidate>& candidates);

/// Fills `answers` and `changes` from the candidates' rounds. One index that others had no time to be compared with is
/// no answer, and an ordered one that wins for single keys answers the other question too. `mutates`: whether the
/// workload writes.
void conclude(Decision& decision, const std::vector<Question>& questions, bool mutates);

/// Throws Error with the reason when there is no answer, unless it was interrupted. `comparison_s`: the budget that a
/// comparison needs; `limits`: as the user wrote them.
void require_answer(const Decision& decision, const std::vector<std::string>& limits, double comparison_s);

}  // namespace omenbench
