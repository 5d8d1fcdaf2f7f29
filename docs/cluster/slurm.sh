#!/bin/bash
# 在 Slurm 上运行：一个作业里有调度进程、工作进程和运行命令 · scheduler, workers and run in one job.
#   DATA=/share/province OUT=/share/out LAW=example-county@2025-01-01 sbatch slurm.sh
# 写这份文件的机器上没有 Slurm，只核对过语法 · written where there is no Slurm: only its syntax is tested.
#SBATCH --job-name=jiuzhu
#SBATCH --ntasks=32
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=2G
#SBATCH --time=02:00:00
#SBATCH --output=jiuzhu-%j.log

set -euo pipefail
: "${DATA:?数据文件夹 folder of the people}" "${OUT:?输出文件夹 folder of the results}" "${LAW:?政策 law}"

# 在共用盘上：各节点都要看得见；目录只给自己看 · on the shared disk, for your own eyes only.
PLACE=$(mktemp -d "${OUT%/}.slurm.XXXXXX")
FILE=$PLACE/scheduler.json
export DASK_DISTRIBUTED__SCHEDULER__HTTP__ROUTES="[]" DASK_DISTRIBUTED__WORKER__HTTP__ROUTES="[]"
export DASK_DISTRIBUTED__WORKER__MEMORY__PAUSE=False DASK_DISTRIBUTED__WORKER__MEMORY__SPILL=False
export DASK_DISTRIBUTED__WORKER__MEMORY__TARGET=False
export DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD=forkserver

# 结束时一起结束：正常、出错、到时都一样 · ended together, however the job ends.
end() { kill "${SCHEDULER:-}" "${WORKERS:-}" 2>/dev/null || true; rm -rf "$PLACE"; }
trap end EXIT

dask scheduler --scheduler-file "$FILE" --port 0 \
    --no-dashboard --dashboard-address 127.0.0.1:0 &
SCHEDULER=$!

# 少一个：本节点还有调度进程和运行命令 · one fewer: the scheduler and the run need a core as well.
# 必须用 nanny（默认如此）：进程死了会再起来 · with nannies, as is the default: what dies starts again.
srun --overlap --ntasks=$((SLURM_NTASKS - 1)) dask worker --scheduler-file "$FILE" \
    --nthreads 1 --memory-limit "${SLURM_MEM_PER_CPU:-2048}MB" --no-dashboard \
    --local-directory "${TMPDIR:-/tmp}" --death-timeout 120 &
WORKERS=$!

for _ in $(seq 60); do [ -s "$FILE" ] && break; sleep 1; done

# 超时被停也不要紧：同样的命令再提交一次，接着算 · stopped by the clock? Submit it again: it resumes.
jiuzhu run --law "$LAW" --data "$DATA" --scheduler "$FILE" --out "$OUT"
