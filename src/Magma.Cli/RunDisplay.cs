using System.Diagnostics;
using System.Globalization;
using Magma.Annotation;
using Magma.Data;
using Spectre.Console;

namespace Magma.Cli;

/// <summary>
/// Carries out an annotation run in the terminal: a bar with rate and time left, plain lines where there is no terminal, and what came out.
/// </summary>
internal static class RunDisplay
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    public static int Execute(AnnotationRun run, RunOptions options, string unit, CancellationToken cancel)
    {
        if (options.Share.World > 1) Console.WriteLine($"Rank {options.Share.Rank} of {options.Share.World}.");
        RunProgress last = default;
        try
        {
            RunResult result = Terminal.Error.Profile.Capabilities.Interactive
                ? WithBar(run, unit, progress => last = progress, cancel)
                : WithLines(run, unit, progress => last = progress, cancel);
            return Report(result, options, unit);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Console.Error.WriteLine(
                $"Stopped: {last.Done} of {last.Total} {unit} are labelled and kept in {options.Out}. Go on with the same command and --resume.");
            return CommandLine.Cancelled;
        }
    }

    private static RunResult WithBar(AnnotationRun run, string unit, Action<RunProgress> note, CancellationToken cancel) => Terminal.Error.Progress()
        .AutoClear(true)
        .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn())
        .Start(context =>
        {
            ProgressTask bar = context.AddTask(unit);
            var rate = new Rate();
            return run.Execute(
                progress =>
                {
                    note(progress);
                    bar.MaxValue = Math.Max(progress.Total, 1);
                    bar.Value = progress.Done;
                    bar.Description = Markup.Escape(rate.Describe(progress, unit));
                },
                cancel);
        });

    private static RunResult WithLines(AnnotationRun run, string unit, Action<RunProgress> note, CancellationToken cancel)
    {
        var rate = new Rate();
        var since = Stopwatch.StartNew();
        var gate = new Lock();
        return run.Execute(
            progress =>
            {
                lock (gate)
                {
                    note(progress);
                    if (since.Elapsed < BetweenLines && progress.Done != progress.Resumed) return;
                    since.Restart();
                    Console.Error.WriteLine(rate.Describe(progress, unit));
                }
            },
            cancel);
    }

    private static int Report(RunResult result, RunOptions options, string unit)
    {
        RunProgress progress = result.Progress;
        if (result.NotPlanned.Count > 0)
        {
            Console.WriteLine(
                $"{result.NotPlanned.Count} {unit} came after the run was planned and are not part of it, such as {result.NotPlanned[0]}: "
                + "label them in a run of their own.");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{progress.Done} {unit}: {progress.Samples} samples, {progress.Failed} failed."));
        if (progress.Failed > 0) Console.WriteLine($"Why they failed: {Path.Combine(options.Out, "errors.jsonl")}");
        Console.WriteLine(result.Manifest is null
            ? $"This rank is done; the manifest is written when the others are. Gallery so far: {Gallery(options)}"
            : $"Shards: {Path.Combine(options.Out, ShardManifest.ShardFolder)}, gallery: {Gallery(options)}");
        return progress.Failed > 0 ? CommandLine.Failure : CommandLine.Success;
    }

    private static string Gallery(RunOptions options) => Path.GetFullPath(Path.Combine(options.Out, "index.html"));

    /// <summary>Inputs per second since this process began, and what they promise for the rest.</summary>
    private sealed class Rate
    {
        private readonly Stopwatch _since = Stopwatch.StartNew();

        public string Describe(RunProgress progress, string unit)
        {
            int labelled = progress.Done - progress.Resumed;
            string failed = progress.Failed > 0 ? $", {progress.Failed} failed" : "";
            string state = $"{progress.Done} of {progress.Total} {unit}{failed}";
            if (labelled == 0) return progress.Resumed > 0 ? $"{state} were done before" : state;
            double perSecond = labelled / _since.Elapsed.TotalSeconds;
            TimeSpan left = TimeSpan.FromSeconds((progress.Total - progress.Done) / perSecond);
            return string.Create(CultureInfo.InvariantCulture, $"{state}, {perSecond:0.0#} per second, {Words(left)} left");
        }

        private static string Words(TimeSpan time) => time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min")
            : time.TotalMinutes >= 1
                ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s")
                : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds)} s");
    }
}
