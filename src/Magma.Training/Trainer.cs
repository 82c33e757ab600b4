using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Training;

/// <summary>
/// The training loop: workers that each learn from a batch of their own, Muon and AdamW with a rising, then falling rate, gradients of limited norm, checkpoints. With one
/// number of workers and threads, a run that was stopped and goes on ends with the same bytes as one that was not.
/// </summary>
public static class Trainer
{
    private const double MostNorm = 10;
    private const long ReportEvery = 20;

    /// <summary>Trains until all steps are done.</summary>
    /// <param name="workers">
    /// What is trained, and on what: copies with a network each, which learn side by side, each on a thread of its own. The first one's network is the one that is trained
    /// and written; the others' become the same.
    /// </param>
    /// <param name="plan">How.</param>
    /// <param name="resume">Whether to go on from the folder's checkpoint.</param>
    /// <param name="report">Told about progress every few steps; null for nobody.</param>
    /// <param name="cancel">Stops after the step that runs, with a checkpoint.</param>
    /// <exception cref="InvalidDataException">There is a checkpoint and it was not to be resumed, or there is none, or it does not fit; or the loss is no number.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; the checkpoint is written.</exception>
    public static void Run<TBatch>(
        IReadOnlyList<ITrainingTask<TBatch>> workers, TrainingPlan plan, bool resume, Action<TrainingProgress>? report = null, CancellationToken cancel = default)
    {
        Directory.CreateDirectory(plan.Folder);
        string path = TrainingCheckpoint.PathOf(plan.Folder);
        if (File.Exists(path) != resume)
        {
            throw new InvalidDataException(resume
                ? $"{plan.Folder} holds no checkpoint to go on from; leave --resume out to begin."
                : $"{plan.Folder} holds a checkpoint already; give --resume to go on from it, or another folder to begin anew.");
        }

        foreach (ITrainingTask<TBatch> worker in workers) worker.Model.train();
        nn.Module model = workers[0].Model;
        using var optimizer = new TrainingOptimizer(model, workers[0].Hidden, plan.WeightDecay, workers.Count);
        long step = resume ? TrainingCheckpoint.Load(path, model, optimizer) : 0;
        long first = step, reported = step;
        double sum = 0;
        var replicas = new TrainingReplicas([.. workers.Select(worker => worker.Model)]);
        replicas.Share();
        var clock = Stopwatch.StartNew();
        long saved = clock.ElapsedMilliseconds;
        Task<TBatch>[] next = BatchesOf(workers, step);
        while (step < plan.Steps)
        {
            if (cancel.IsCancellationRequested)
            {
                TrainingCheckpoint.Save(path, model, optimizer, step);
                Task.WaitAll(next, CancellationToken.None);
                cancel.ThrowIfCancellationRequested();
            }

            TBatch[] batches = Task.WhenAll(next).GetAwaiter().GetResult();
            next = BatchesOf(workers, step + 1);
            sum += Learn(workers, batches, step);
            replicas.Gather();
            nn.utils.clip_grad_norm_(model.parameters(), MostNorm);
            optimizer.Step(plan.RateAt(step));
            replicas.Share();
            step++;
            if (step - reported >= ReportEvery || step == plan.Steps)
            {
                report?.Invoke(new TrainingProgress(step, plan.Steps, sum / (step - reported), (step - first) / clock.Elapsed.TotalSeconds));
                (reported, sum) = (step, 0);
            }

            if (clock.ElapsedMilliseconds - saved < plan.CheckpointMinutes * 60_000) continue;
            TrainingCheckpoint.Save(path, model, optimizer, step);
            saved = clock.ElapsedMilliseconds;
        }

        Task.WaitAll(next, CancellationToken.None);
        TrainingCheckpoint.Save(path, model, optimizer, step);
    }

    private static Task<TBatch>[] BatchesOf<TBatch>(IReadOnlyList<ITrainingTask<TBatch>> workers, long step) =>
        [.. workers.Select((worker, place) => Task.Run(() => worker.BatchAt((step * workers.Count) + place), CancellationToken.None))];

    // The mean loss; every network has its gradients.
    private static double Learn<TBatch>(IReadOnlyList<ITrainingTask<TBatch>> workers, TBatch[] batches, long step)
    {
        return Task.WhenAll(workers.Select((_, place) => Task.Run(() => Loss(place), CancellationToken.None))).GetAwaiter().GetResult().Average();

        double Loss(int place)
        {
            using DisposeScope scope = NewDisposeScope();
            workers[place].Model.zero_grad();
            Tensor loss = workers[place].Loss(batches[place]);
            double value = loss.item<float>();
            if (!double.IsFinite(value))
                throw new InvalidDataException($"The loss became {value} at step {step}: lower learning_rate, or look at the data.");
            loss.backward();
            return value;
        }
    }
}
