using Magma.Testing;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Training.Tests;

public sealed class TrainerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_that_was_stopped_and_goes_on_ends_with_the_bytes_of_one_that_was_not(bool hidden)
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Train(Path.Combine(folder.Path, "whole"), stopAfter: null, hidden);
        byte[] parts = Train(Path.Combine(folder.Path, "parts"), stopAfter: 37, hidden);
        Assert.Equal(whole, parts);
    }

    [Theory]
    [InlineData(false, 0.05)]
    [InlineData(true, 0.1)]
    public void The_loss_falls(bool hidden, double share)
    {
        using var folder = new TemporaryFolder();
        using var task = new Line(seed: 3, hidden: hidden);
        var losses = new List<double>();
        Trainer.Run([task], Plan(folder.Path, 200), resume: false, progress => losses.Add(progress.Loss));
        Assert.Equal(10, losses.Count);
        Assert.True(losses[^1] < share * losses[0], $"from {losses[0]} to {losses[^1]}");
    }

    [Fact]
    public void Two_workers_learn_as_one_that_sees_the_batches_of_both()
    {
        using var folder = new TemporaryFolder();
        using Line left = new(seed: 3), right = new(seed: 4), both = new(seed: 3, batches: 2);
        Trainer.Run([left, right], Plan(Path.Combine(folder.Path, "two"), 60), resume: false);
        Trainer.Run([both], Plan(Path.Combine(folder.Path, "one"), 60), resume: false);
        Assert.Equal(left.Weights, right.Weights);
        Assert.All(left.Weights.Zip(both.Weights), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
    }

    [Fact]
    public void Statistics_that_networks_keep_beside_their_weights_become_the_mean_of_all()
    {
        using Counted first = new(mean: 20, batches: 7), second = new(mean: 70, batches: 9);
        var replicas = new TrainingReplicas([first, second]);
        replicas.Gather();
        replicas.Share();
        Assert.All([first, second], one => Assert.Equal(45, one.Mean.item<float>()));
        Assert.All([first, second], one => Assert.Equal(7, one.Batches.item<long>()));
    }

    [Fact]
    public void A_stopped_run_leaves_a_checkpoint_that_says_how_far_it_came()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        using var task = new Line(seed: 3) { StopAfter = (12, stop) };
        Assert.Throws<OperationCanceledException>(() => Trainer.Run([task], Plan(folder.Path, 200), resume: false, cancel: stop.Token));
        using var other = new Line(seed: 4);
        using var optimizer = new TrainingOptimizer(other.Model, [], weightDecay: 0);
        Assert.Equal(12, TrainingCheckpoint.Load(TrainingCheckpoint.PathOf(folder.Path), other.Model, optimizer));
        Assert.Equal([TrainingCheckpoint.PathOf(folder.Path)], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_folder_with_a_checkpoint_is_not_overwritten_and_one_without_is_not_resumed()
    {
        using var folder = new TemporaryFolder();
        using var task = new Line(seed: 1);
        Assert.Contains("no checkpoint", Assert.Throws<InvalidDataException>(() => Trainer.Run([task], Plan(folder.Path, 2), resume: true)).Message);
        Trainer.Run([task], Plan(folder.Path, 2), resume: false);
        Assert.Contains("--resume", Assert.Throws<InvalidDataException>(() => Trainer.Run([task], Plan(folder.Path, 2), resume: false)).Message);
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused_with_the_names_that_do_not_fit()
    {
        using var folder = new TemporaryFolder();
        using (var task = new Line(seed: 1)) Trainer.Run([task], Plan(folder.Path, 2), resume: false);
        using var other = new Line(seed: 1, inputs: 3);
        string message = Assert.Throws<InvalidDataException>(() => Trainer.Run([other], Plan(folder.Path, 4), resume: true)).Message;
        Assert.Contains("mean.0", message);
        Assert.Contains("model.weight", message);
        Assert.DoesNotContain("model.bias", message);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_run()
    {
        using var folder = new TemporaryFolder();
        using var task = new Line(seed: 1) { Broken = 5 };
        Assert.Contains("step 5", Assert.Throws<InvalidDataException>(() => Trainer.Run([task], Plan(folder.Path, 20), resume: false)).Message);
    }

    [Fact]
    public void The_rate_rises_over_the_warm_up_and_falls_to_a_hundredth()
    {
        var plan = new TrainingPlan("", 1000, LearningRate: 0.5, WeightDecay: 0, WarmUp: 10, CheckpointMinutes: 1);
        Assert.Equal(0.05, plan.RateAt(0), 12);
        Assert.Equal(0.5, plan.RateAt(9), 12);
        Assert.Equal(0.5, plan.RateAt(10), 12);
        Assert.Equal(0.005, plan.RateAt(1000), 12);
        Assert.All(Enumerable.Range(10, 590), step => Assert.Equal(0.5, plan.RateAt(step), 12));
        Assert.True(Enumerable.Range(600, 399).All(step => plan.RateAt(step + 1) < plan.RateAt(step)));
        // A run that is given more steps before its rate falls is the longer run.
        TrainingPlan longer = plan with { Steps = 1500 };
        Assert.All(Enumerable.Range(0, 600), step => Assert.Equal(longer.RateAt(step), plan.RateAt(step)));
    }

    private static TrainingPlan Plan(string folder, long steps) => new(folder, steps, 0.05, 0.01, 5, 10);

    private static byte[] Train(string folder, int? stopAfter, bool hidden)
    {
        if (stopAfter is { } steps)
        {
            using var stop = new CancellationTokenSource();
            using Line first = new(seed: 7, hidden: hidden) { StopAfter = (steps, stop) }, second = new(seed: 9, hidden: hidden);
            Assert.Throws<OperationCanceledException>(() => Trainer.Run([first, second], Plan(folder, 90), resume: false, cancel: stop.Token));
        }

        // A process that goes on starts with other weights; the checkpoint's must win.
        using Line task = new(seed: stopAfter is null ? 7 : 8, hidden: hidden), beside = new(seed: 9, hidden: hidden);
        Trainer.Run([task, beside], Plan(folder, 90), resume: stopAfter is not null);
        return File.ReadAllBytes(TrainingCheckpoint.PathOf(folder));
    }

    private sealed class Counted : nn.Module
    {
        public Counted(float mean, long batches)
            : base(nameof(Counted))
        {
            (Mean, Batches) = (tensor(mean), tensor(batches));
            register_buffer("mean", Mean);
            register_buffer("batches", Batches);
        }

        public Tensor Mean { get; }

        public Tensor Batches { get; }
    }

    /// <summary>Learns a line through points that depend on the step alone.</summary>
    private sealed class Line : ITrainingTask<float[]>, IDisposable
    {
        private readonly Linear _model;
        private readonly Tensor _remembered;
        private readonly int _inputs;
        private readonly int _batches;
        private int _steps;

        public Line(long seed, int inputs = 2, bool hidden = false, int batches = 1)
        {
            random.manual_seed(seed);
            (_model, _inputs, _batches) = (nn.Linear(inputs, 1), inputs, batches);
            _remembered = zeros(1);
            _model.register_buffer("remembered", _remembered);
            Hidden = hidden ? [_model.weight] : [];
        }

        public (int Steps, CancellationTokenSource Source)? StopAfter { get; init; }

        public int? Broken { get; init; }

        public nn.Module Model => _model;

        public IReadOnlyList<Parameter> Hidden { get; }

        public float[] Weights => [.. _model.parameters().SelectMany(weight => weight.data<float>().ToArray())];

        // As many points one after another.
        public float[] BatchAt(long number) =>
            [.. Enumerable.Range(0, _batches * _inputs).Select(index => (float)Math.Sin(((number * _batches) + (index / _inputs)) * ((index % _inputs) + 1.7)))];

        public Tensor Loss(float[] batch)
        {
            using DisposeScope scope = NewDisposeScope();
            if (_steps++ == Broken) return tensor(float.NaN, requires_grad: true).MoveToOuterDisposeScope();
            if (StopAfter is { } stop && _steps == stop.Steps) stop.Source.Cancel();
            Tensor points = tensor(batch, [_batches, _inputs]);
            _remembered.mul_(0.9).add_(points.mean(), alpha: 0.1);
            return (_model.call(points) - points.sum(1, keepdim: true) - 1).square().mean().MoveToOuterDisposeScope();
        }

        public void Dispose() => _model.Dispose();
    }
}
