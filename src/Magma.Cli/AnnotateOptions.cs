using System.CommandLine;
using System.Reflection;
using Magma.Annotation;
using Magma.Vision;

namespace Magma.Cli;

/// <summary>The options that every <c>annotate</c> command has.</summary>
internal sealed class AnnotateOptions
{
    private readonly Option<string> _out = new("--out") { Description = "Folder for shards, manifest and gallery.", Required = true };
    private readonly Option<int> _workers = new("--workers")
    {
        Description = "Inputs labelled at once. Default: one per processor.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the run that the folder holds." };
    private readonly Option<int?> _rank =
        new("--rank") { Description = "Which of several processes this is, from 0. Default: from the environment." };
    private readonly Option<int?> _world =
        new("--world") { Description = "How many processes share the run. Default: from the environment." };
    private readonly Option<int?> _shardSize = new("--shard-size") { Description = "Inputs per shard. Default: by the number of inputs." };
    private readonly Option<long> _seed =
        new("--seed") { Description = "Decides what is asked about the inputs.", DefaultValueFactory = _ => 0 };

    private readonly Argument<string[]> _inputs;

    public AnnotateOptions(string inputs) =>
        _inputs = new Argument<string[]>("inputs") { Description = inputs, Arity = ArgumentArity.OneOrMore };

    /// <summary>Name and version of this program, as plans and manifests have it.</summary>
    public static string Tool { get; } =
        $"magma {typeof(AnnotateOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}";

    /// <summary>A number of an option, checked.</summary>
    public static int InRange(string name, int value, int least, int most) => value >= least && value <= most
        ? value
        : throw new InvalidDataException($"{name} {value} is impossible: {least} to {most} was expected.");

    public void AddTo(Command command)
    {
        command.Arguments.Add(_inputs);
        foreach (Option option in new Option[] { _out, _workers, _resume, _rank, _world, _shardSize, _seed }) command.Options.Add(option);
    }

    /// <summary>Finds the inputs, and refuses an output folder that is mixed up with them.</summary>
    public InputFiles FindInputs(ParseResult arguments, IReadOnlySet<string> extensions) =>
        FindInputs(arguments, Given(arguments), extensions);

    /// <summary>What the user named as inputs.</summary>
    public string[] Given(ParseResult arguments) => arguments.GetRequiredValue(_inputs);

    /// <summary>Finds some of the inputs; see <see cref="FindInputs(ParseResult, IReadOnlySet{string})"/>.</summary>
    public InputFiles FindInputs(ParseResult arguments, string[] given, IReadOnlySet<string> extensions)
    {
        string output = Path.GetFullPath(arguments.GetRequiredValue(_out));
        foreach (string folder in given.Select(Path.GetFullPath).Where(Directory.Exists))
        {
            if (InputFiles.IsBelow(output, folder))
            {
                throw new InvalidDataException(
                    $"--out {output} lies in the input folder {folder}: the next run would label its own pictures.");
            }
        }

        InputFiles inputs = InputFiles.Find(given, extensions);
        if (inputs.Names.FirstOrDefault(name => InputFiles.IsBelow(inputs.PathOf(name), output)) is { } inside)
        {
            throw new InvalidDataException($"The input {inside} lies in --out {output}. Give a folder of its own for the output.");
        }

        return inputs;
    }

    /// <summary>The one folder that was given, as a full path, where the output does not lie in it.</summary>
    public string Folder(ParseResult arguments)
    {
        string[] given = arguments.GetRequiredValue(_inputs);
        if (given.Length != 1) throw new InvalidDataException($"One folder was expected, {given.Length} were given.");
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given[0])), output = Path.GetFullPath(arguments.GetRequiredValue(_out));
        if (!Directory.Exists(folder)) throw new InvalidDataException($"There is no folder '{given[0]}'.");
        return InputFiles.IsBelow(output, folder) || output == folder
            ? throw new InvalidDataException($"--out {output} lies in the input folder {folder}. Give a folder of its own for the output.")
            : folder;
    }

    public long Seed(ParseResult arguments) => arguments.GetValue(_seed);

    public int ItemsPerShard(ParseResult arguments, int items) => arguments.GetValue(_shardSize) switch
    {
        null => RunPlan.DefaultItemsPerShard(items),
        >= 1 and { } size => size,
        { } size => throw new InvalidDataException($"--shard-size {size} is impossible: at least 1 was expected."),
    };

    public RunOptions Run(ParseResult arguments, int mostThreads = int.MaxValue)
    {
        int workers = arguments.GetValue(_workers);
        if (workers < 1) throw new InvalidDataException($"--workers {workers} is impossible: at least 1 was expected.");
        // Workers share the processors, not pictures.
        VisionLibrary.Threads = Math.Clamp(Environment.ProcessorCount / workers, 1, mostThreads);
        return new RunOptions(
            arguments.GetRequiredValue(_out), workers, arguments.GetValue(_resume),
            RunShare.From(arguments.GetValue(_rank), arguments.GetValue(_world), Environment.GetEnvironmentVariable));
    }
}
