using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Magma.Annotation.Gallery;
using Magma.Data;

namespace Magma.Annotation;

/// <summary>How a run is carried out. Nothing here changes what comes out.</summary>
/// <param name="Out">The output folder; made when it is not there.</param>
/// <param name="Workers">How many items are labelled at once, at least 1.</param>
/// <param name="Resume">Whether a run that the folder holds already is gone on with.</param>
/// <param name="Share">Which part of the run this process does.</param>
public sealed record RunOptions(string Out, int Workers, bool Resume, RunShare Share);

/// <summary>Where a run stands.</summary>
/// <param name="Done">Items that are finished, of this process's share.</param>
/// <param name="Total">Items of this process's share.</param>
/// <param name="Resumed">Items that were finished before this process began.</param>
/// <param name="Samples">Samples so far.</param>
/// <param name="Failed">Items that failed so far.</param>
public readonly record struct RunProgress(int Done, int Total, int Resumed, long Samples, int Failed);

/// <summary>How a run ended.</summary>
/// <param name="Progress">Where it stood at the end.</param>
/// <param name="NotPlanned">Inputs that came after the plan was made and are not part of the run.</param>
/// <param name="Manifest">The manifest; null while other processes have not finished their share.</param>
/// <param name="Stages">Where the workers' time went.</param>
public sealed record RunResult(
    RunProgress Progress, IReadOnlyList<string> NotPlanned, ShardManifest? Manifest, IReadOnlyDictionary<string, TimeSpan> Stages);

/// <summary>
/// Labels inputs into shards, item by item. Each finished item is kept at once, and a shard is put together when its items are there, so a
/// run can be stopped or killed at any moment and gone on with; the bytes that come out are the same for any number of workers and
/// processes.
/// </summary>
public sealed class AnnotationRun
{
    private readonly RunPlan _fresh;
    private readonly string _root;
    private readonly Func<ILabeller> _createLabeller;
    private readonly RunOptions _options;
    private readonly RunFolder _folder;
    private readonly StageTimes _stages = new();

    /// <summary>Prepares a run; nothing is read or written yet.</summary>
    /// <param name="plan">What to do, planned from the inputs as they are now.</param>
    /// <param name="root">The folder that the plan's inputs are named from.</param>
    /// <param name="createLabeller">Makes a labeller; called once per worker, from several threads.</param>
    /// <param name="options">How to do it.</param>
    public AnnotationRun(RunPlan plan, string root, Func<ILabeller> createLabeller, RunOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
        (_fresh, _root, _createLabeller, _options) = (plan, root, createLabeller, options);
        _folder = new RunFolder(options.Out);
    }

    /// <summary>Does this process's share of the run, or what is left of it.</summary>
    /// <param name="progress">Told after every item, from the workers' threads.</param>
    /// <param name="cancel">
    /// Stops the run: items that are being labelled are given up or finished, finished ones are kept, and the gallery shows finished
    /// shards.
    /// </param>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    /// <exception cref="InvalidDataException">The folder holds another run.</exception>
    /// <exception cref="IOException">The output cannot be written; what was finished is kept.</exception>
    public RunResult Execute(Action<RunProgress>? progress, CancellationToken cancel)
    {
        (RunPlan plan, IReadOnlyList<string> notPlanned) = Writing(() =>
        {
            _folder.Open(_options.Resume, _options.Share.World > 1);
            return _folder.Settle(_fresh);
        });
        var state = new Share(plan, _options.Share, _folder);
        progress?.Invoke(state.Progress);
        try
        {
            Work(plan, state, progress, cancel);
        }
        finally
        {
            state.Release();
            // Also after a stop or a full disk: what is finished should be seen.
            if (cancel.IsCancellationRequested) Writing(() => _folder.Publish(plan));
        }

        cancel.ThrowIfCancellationRequested();
        ShardManifest? manifest = Writing(() => _folder.Publish(plan));
        return new RunResult(state.Progress, notPlanned, manifest, _stages.Totals);
    }

    private void Work(RunPlan plan, Share state, Action<RunProgress>? progress, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        ExceptionDispatchInfo? failure = null;
        void Worker()
        {
            try
            {
                foreach (int shard in state.CompleteShards()) Assemble(plan, shard, state);
                if (state.NothingLeft) return;
                using ILabeller labeller = _createLabeller();
                while (!stop.IsCancellationRequested && state.Take() is { } index)
                {
                    ItemRecord record = Label(plan, index, labeller, stop.Token);
                    if (state.Finish(index, record)) Assemble(plan, index / plan.ItemsPerShard, state);
                    progress?.Invoke(state.Progress);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The item is given up; another start will label it.
            }
            catch (Exception problem)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(problem), null);
                stop.Cancel();
            }
        }

        Thread[] workers = [.. Enumerable.Range(0, _options.Workers).Select(number => new Thread(Worker) { Name = $"labeller {number}" })];
        foreach (Thread worker in workers) worker.Start();
        foreach (Thread worker in workers) worker.Join();
        if (!cancel.IsCancellationRequested) failure?.Throw();
    }

    private ItemRecord Label(RunPlan plan, int index, ILabeller labeller, CancellationToken cancel)
    {
        PlannedItem planned = plan.Items[index];
        var item = new WorkItem(index, RunPlan.KeyOf(index), planned.Input, Path.Combine(_root, planned.Input), planned.Part);
        var counts = new Dictionary<string, long>();
        var keys = new HashSet<string>();
        var cards = new GalleryCards(_folder.Path, plan, item);
        RunError? error = null;
        long bytes = 0;
        using AtomicFile file = Writing(() => AtomicFile.Create(_folder.ItemSamples(index)));
        using IEnumerator<Sample> samples = labeller.Label(item, _stages, cancel).GetEnumerator();
        while (error is null)
        {
            try
            {
                if (!samples.MoveNext()) break;
            }
            catch (Exception problem) when (!Stops(problem))
            {
                error = Describe(problem, planned);
                break;
            }

            cancel.ThrowIfCancellationRequested();
            Sample sample = samples.Current;
            if (!(sample.Key == item.Key || sample.Key.StartsWith(item.Key + "-")) || !keys.Add(sample.Key))
            {
                throw new InvalidOperationException(
                    $"The labeller gave sample '{sample.Key}' for item {item.Key}; keys must begin with it and differ.");
            }

            Count(sample, counts);
            _stages.Time("write", () => Writing(() =>
            {
                ShardWriter.WriteTo(file.Stream, sample);
                cards.Add(sample, () => labeller.FilmstripOf(sample));
            }));
        }

        counts.Add(labeller.Counts);
        if (keys.Count == 0 && error is null) counts["without_sample"] = 1;
        var record = new ItemRecord(0, 0, counts, error, cards.Cards);
        _stages.Time("write", () => Writing(() =>
        {
            file.Stream.Flush();
            bytes = file.Stream.Length;
            file.Commit();
            record = record with { Samples = keys.Count, Bytes = bytes };
            RunRecords.Write(_folder.ItemRecord(index), record);
        }));
        return record;
    }

    private void Assemble(RunPlan plan, int shard, Share state)
    {
        _stages.Time("write", () => Writing(() =>
        {
            var counts = new Dictionary<string, long>();
            var errors = new List<RunError>();
            var cards = new System.Text.Json.Nodes.JsonArray();
            using ShardWriter writer = ShardWriter.Create(_folder.Shard(shard));
            foreach (int item in plan.ItemsOf(shard))
            {
                ItemRecord record = RunRecords.Read<ItemRecord>(_folder.ItemRecord(item))
                    ?? throw new IOException($"{_folder.ItemRecord(item)} is gone while the run goes on.");
                using FileStream samples = File.OpenRead(_folder.ItemSamples(item));
                writer.Append(samples, record.Samples);
                counts.Add(record.Counts);
                if (record.Error is not null) errors.Add(record.Error);
                foreach (System.Text.Json.Nodes.JsonNode? card in record.Cards) cards.Add(card?.DeepClone());
            }

            ShardSummary summary = writer.Commit();
            if (cards.Count > 0) GalleryPages.WriteChunk(_folder.Path, shard, cards);
            // From here on the shard counts as complete; the items may go.
            RunRecords.Write(
                _folder.ShardRecord(shard),
                new ShardRecord(summary, plan.ItemsOf(shard).Count(), new(counts.OrderBy(count => count.Key, StringComparer.Ordinal)), errors, cards.Count));
            _folder.ForgetItems(plan.ItemsOf(shard));
        }));
        state.Complete(shard);
    }

    private static void Count(Sample sample, Dictionary<string, long> counts)
    {
        if (sample.Metadata["tasks"] is System.Text.Json.Nodes.JsonArray tasks)
        {
            counts.Add(tasks.Select(task => KeyValuePair.Create($"task_{task}", 1L)));
        }

        if (sample.Metadata["elements"] is System.Text.Json.Nodes.JsonArray elements)
        {
            counts.Add([KeyValuePair.Create("marks", (long)elements.Count)]);
        }
    }

    // A library that cannot be loaded would fail every input alike.
    private static bool Stops(Exception problem) =>
        problem is OperationCanceledException or OutOfMemoryException or TypeLoadException or TypeInitializationException;

    private RunError Describe(Exception problem, PlannedItem item)
    {
        bool inputs = problem is InvalidDataException or IOException or UnauthorizedAccessException;
        // Where the inputs lie on this machine is nobody else's business, and would make two runs differ.
        string reason = problem.Message.Replace(_root + Path.DirectorySeparatorChar, "").Replace(_root, ".");
        return new RunError(item.Input, item.Part, inputs ? "input" : "internal", inputs ? reason : $"{problem.GetType().Name}: {reason}");
    }

    private T Writing<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Writing to {_folder.Path} failed: {problem.Message} What was finished is kept; when there is room and permission, go on with --resume.",
                problem);
        }
    }

    private void Writing(Action write) => Writing(() =>
    {
        write();
        return true;
    });

    /// <summary>What is left of this process's share, handed out to its workers in order.</summary>
    private sealed class Share
    {
        private readonly Lock _gate = new();
        private readonly RunPlan _plan;
        private readonly RunFolder _folder;
        private readonly Queue<int> _left = new();
        private readonly Dictionary<int, int> _missing = [];
        private readonly Dictionary<int, IDisposable> _locks = [];
        private readonly ConcurrentQueue<int> _complete = new();
        private RunProgress _progress;

        public Share(RunPlan plan, RunShare share, RunFolder folder)
        {
            (_plan, _folder) = (plan, folder);
            int done = 0, failed = 0, total = 0;
            long samples = 0;
            for (int shard = 0; shard < plan.ShardCount; shard++)
            {
                if (!share.Has(shard)) continue;
                total += plan.ItemsOf(shard).Count();
                if (RunRecords.Read<ShardRecord>(folder.ShardRecord(shard)) is { } finished && File.Exists(folder.Shard(shard)))
                {
                    folder.ForgetItems(plan.ItemsOf(shard));
                    (done, failed, samples) = (done + finished.Items, failed + finished.Errors.Count, samples + finished.Shard.Samples);
                    continue;
                }

                foreach (int item in plan.ItemsOf(shard))
                {
                    if (folder.FinishedItem(item) is { } record)
                    {
                        (done, failed, samples) = (done + 1, failed + (record.Error is null ? 0 : 1), samples + record.Samples);
                        continue;
                    }

                    _left.Enqueue(item);
                    _missing[shard] = _missing.GetValueOrDefault(shard) + 1;
                }

                if (!_missing.ContainsKey(shard)) _complete.Enqueue(shard);
            }

            _progress = new RunProgress(done, total, done, samples, failed);
        }

        public RunProgress Progress
        {
            get
            {
                lock (_gate) return _progress;
            }
        }

        public bool NothingLeft
        {
            get
            {
                lock (_gate) return _left.Count == 0;
            }
        }

        /// <summary>Shards whose items were all finished before, but which were not put together.</summary>
        public IEnumerable<int> CompleteShards()
        {
            while (_complete.TryDequeue(out int shard))
            {
                Hold(shard);
                yield return shard;
            }
        }

        public int? Take()
        {
            lock (_gate)
            {
                if (!_left.TryDequeue(out int item)) return null;
                Hold(item / _plan.ItemsPerShard);
                return item;
            }
        }

        /// <summary>Notes a finished item; true when it was the last one of its shard.</summary>
        public bool Finish(int item, ItemRecord record)
        {
            lock (_gate)
            {
                _progress = _progress with
                {
                    Done = _progress.Done + 1,
                    Samples = _progress.Samples + record.Samples,
                    Failed = _progress.Failed + (record.Error is null ? 0 : 1),
                };
                return --_missing[item / _plan.ItemsPerShard] == 0;
            }
        }

        public void Complete(int shard)
        {
            lock (_gate)
            {
                if (_locks.Remove(shard, out IDisposable? held)) held.Dispose();
            }
        }

        public void Release()
        {
            lock (_gate)
            {
                foreach (IDisposable held in _locks.Values) held.Dispose();
                _locks.Clear();
            }
        }

        private void Hold(int shard)
        {
            lock (_gate)
            {
                if (!_locks.ContainsKey(shard)) _locks[shard] = _folder.LockShard(shard);
            }
        }
    }
}
