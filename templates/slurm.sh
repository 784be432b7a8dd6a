#!/bin/bash
#SBATCH --job-name=omenbench
#SBATCH --array=1-8
#SBATCH --ntasks=1
#SBATCH --exclusive
#SBATCH --time=02:00:00
# One shard of a plan per task of a Slurm array; every node measures whole rows, so nothing is compared across nodes.
#   PLAN=full RESULTS=$HOME/results sbatch templates/slurm.sh
#   omenbench merge $HOME/results/shard-* --out $HOME/results/whole
# A task that was cut off goes on where it was when it is submitted again: sbatch --array=3 templates/slurm.sh
set -eu

plan=${PLAN:-quickstart}             # a built-in plan or a file of yours
results=${RESULTS:-$PWD/results}     # on a file system that all nodes share
shards=${SLURM_ARRAY_TASK_COUNT:-1}  # of the first submission; set SHARDS when some are submitted again
shards=${SHARDS:-$shards}
out=$results/shard-$SLURM_ARRAY_TASK_ID

mkdir -p "$results"
if [ -e "$out/journal.ndjson" ]; then
  omenbench run --resume "$out" --quiet
else
  omenbench run --plan "$plan" --shard "$SLURM_ARRAY_TASK_ID/$shards" --out "$out" --quiet "$@"
fi
