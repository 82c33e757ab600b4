using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Training;

/// <summary>
/// The training loop: Muon and AdamW with a rising, then falling rate, gradients of limited norm, checkpoints. With one number of threads, a run that was stopped and
/// goes on ends with the same bytes as one that was not.
/// </summary>
public static class Trainer
{
    private const double MostNorm = 10;
    private const long ReportEvery = 20;

    /// <summary>Trains until all steps are done.</summary>
    /// <param name="task">What is trained, and on what.</param>
    /// <param name="plan">How.</param>
    /// <param name="resume">Whether to go on from the folder's checkpoint.</param>
    /// <param name="report">Told about progress every few steps; null for nobody.</param>
    /// <param name="cancel">Stops after the step that runs, with a checkpoint.</param>
    /// <exception cref="InvalidDataException">There is a checkpoint and it was not to be resumed, or there is none, or it does not fit; or the loss is no number.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; the checkpoint is written.</exception>
    public static void Run<TBatch>(
        ITrainingTask<TBatch> task, TrainingPlan plan, bool resume, Action<TrainingProgress>? report = null, CancellationToken cancel = default)
    {
        Directory.CreateDirectory(plan.Folder);
        string path = TrainingCheckpoint.PathOf(plan.Folder);
        if (File.Exists(path) != resume)
        {
            throw new InvalidDataException(resume
                ? $"{plan.Folder} holds no checkpoint to go on from; leave --resume out to begin."
                : $"{plan.Folder} holds a checkpoint already; give --resume to go on from it, or another folder to begin anew.");
        }

        task.Model.train();
        using var optimizer = new TrainingOptimizer(task.Model, task.Hidden, plan.WeightDecay);
        long step = resume ? TrainingCheckpoint.Load(path, task.Model, optimizer) : 0;
        long first = step, reported = step;
        double sum = 0;
        var clock = Stopwatch.StartNew();
        long saved = clock.ElapsedMilliseconds;
        Task<TBatch> next = Task.Run(() => task.BatchAt(step), CancellationToken.None);
        while (step < plan.Steps)
        {
            if (cancel.IsCancellationRequested)
            {
                TrainingCheckpoint.Save(path, task.Model, optimizer, step);
                next.Wait(CancellationToken.None);
                cancel.ThrowIfCancellationRequested();
            }

            TBatch batch = next.GetAwaiter().GetResult();
            long following = step + 1;
            next = Task.Run(() => task.BatchAt(following), CancellationToken.None);
            sum += Step(task, batch, optimizer, plan.RateAt(step), step);
            step = following;
            if (step - reported >= ReportEvery || step == plan.Steps)
            {
                report?.Invoke(new TrainingProgress(step, plan.Steps, sum / (step - reported), (step - first) / clock.Elapsed.TotalSeconds));
                (reported, sum) = (step, 0);
            }

            if (clock.ElapsedMilliseconds - saved < plan.CheckpointMinutes * 60_000) continue;
            TrainingCheckpoint.Save(path, task.Model, optimizer, step);
            saved = clock.ElapsedMilliseconds;
        }

        next.Wait(CancellationToken.None);
        TrainingCheckpoint.Save(path, task.Model, optimizer, step);
    }

    private static double Step<TBatch>(ITrainingTask<TBatch> task, TBatch batch, TrainingOptimizer optimizer, double rate, long step)
    {
        using DisposeScope scope = NewDisposeScope();
        task.Model.zero_grad();
        Tensor loss = task.Loss(batch);
        double value = loss.item<float>();
        if (!double.IsFinite(value))
            throw new InvalidDataException($"The loss became {value} at step {step}: lower learning_rate, or look at the data.");
        loss.backward();
        nn.utils.clip_grad_norm_(task.Model.parameters(), MostNorm);
        optimizer.Step(rate);
        return value;
    }
}
