using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Magma.Cli;

/// <summary>What <c>--help</c> shows below each command's options: command lines to copy.</summary>
internal static class Examples
{
    /// <summary>Command lines without the leading <c>magma</c>, each with what it does, by the command that they are of.</summary>
    public static IReadOnlyDictionary<string, (string Line, string What)[]> ByCommand { get; } = new Dictionary<string, (string, string)[]>
    {
        ["demo"] =
        [
            ("demo", "everything once, into ./magma-demo"),
            ("demo --out /tmp/first-look", "the same elsewhere"),
        ],
        ["doctor"] = [("doctor", "what is installed; exit code 1 when something needed is missing")],
        ["annotate images"] =
        [
            ("annotate images screenshots --out labelled", "every picture below a folder"),
            ("annotate images \"shots/**/*.png\" more.jpg --out labelled --workers 2", "patterns and files, on two cores"),
            ("annotate images screenshots --out labelled --resume", "go on with a run that was stopped"),
            ("annotate images screenshots --out labelled --detector icon_detect.onnx --classes icons.yaml", "with a detector of your own"),
        ],
        ["annotate videos"] =
        [
            ("annotate videos clips --out traces", "every video below a folder"),
            ("annotate videos drive.mp4 --captions drive.jsonl --out traces --step 2", "with captions, every second frame"),
        ],
        ["annotate robot"] =
        [
            ("annotate robot pick-and-place --out labelled", "the episodes of a LeRobot data set"),
            ("annotate robot bridge --split train --out labelled --lerobot bridge-traces --fps 5", "RLDS, with the traces also as LeRobot annotations"),
        ],
        ["annotate pages"] =
        [
            ("annotate pages site --out pages", "the pages of a folder"),
            (
                "annotate pages https://example.com/ --view 1280x900 1920x1080 412x880@2-dark --out pages",
                "a page of the web in three windows, one of them a phone's at night"),
            (
                "annotate pages \"kit/production/*.html\" --site kit --out pages --tasks instructions mind2web",
                "pages that need the files around them, with tasks"),
        ],
        ["eval screens"] = [("eval screens --data pages", "the parser beside the documents of captured pages")],
        ["dataset info"] = [("dataset info labelled", "counts and distributions")],
        ["dataset pages"] = [("dataset pages --out made --count 400 --seed 1", "pages to capture for training the element detector")],
        ["dataset verify"] = [("dataset verify labelled", "hashes, pictures, samples and marks")],
        ["dataset diff"] = [("dataset diff labelled-before labelled-after", "what a change of the labeller changed")],
        ["dataset convert"] =
        [
            ("dataset convert labelled labelled.parquet --to parquet", "shards to Parquet"),
            ("dataset convert episodes arm-dataset --to lerobot --fps 10", "robot episodes to LeRobot v3"),
        ],
        ["dataset export"] = [("dataset export labelled for-llava", "pictures with LLaVA-style JSON")],
        ["generate"] =
        [
            ("generate --model Magma-8B --image screen.png --prompt \"What is on this screen?\"", "an answer as it is written"),
            (
                "generate --model Magma-8B --image screen.png --prompt \"Open the settings.\" --grammar ui:0,1,2 --json",
                "an action on one of three marks"),
        ],
        ["model info"] = [("model info Magma-8B", "check a checkpoint and show its shape")],
        ["model convert"] = [("model convert pytorch_model.bin --out converted --type bfloat16", "PyTorch files to safetensors")],
        ["model quantize"] = [("model quantize Magma-8B --out Magma-8B-int4 --bits 4", "a quarter of the bytes to read for a token")],
        ["model random"] = [("model random --config magma-tiny --out tiny --seed 1", "a small checkpoint to try things with")],
        ["parse"] =
        [
            ("parse screen.png", "what is on a screenshot, as JSON"),
            ("parse before.png after.png", "two pictures of one screen: what stayed keeps its id"),
            ("parse screen.png --format omniparser --out answer.json", "as OmniParser's server answers"),
            ("parse screen.png --detector icon_detect.onnx --classes icons.yaml", "with a detector of your own"),
        ],
        ["train"] =
        [
            ("train --config src/Magma.Training/recipes/elements.yaml", "the element detector, from captured pages"),
            ("train --config src/Magma.Training/recipes/elements.yaml --resume --set threads=4", "on with a run that was stopped"),
        ],
        ["parity"] = [("parity tests/golden/som", "our marks beside the reference's")],
    };

    /// <summary>Adds the examples to the help of every command below a root.</summary>
    public static void AddTo(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    /// <summary>A command as it is typed after <c>magma</c>, such as <c>annotate images</c>.</summary>
    public static string PathOf(Command command) => string.Join(' ', Names(command).Reverse());

    private static IEnumerable<string> Names(Command command)
    {
        for (Command? at = command; at is not null and not RootCommand; at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            yield return at.Name;
        }
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parsed)
        {
            int code = help.Invoke(parsed);
            if (!ByCommand.TryGetValue(PathOf(parsed.CommandResult.Command), out (string Line, string What)[]? examples)) return code;
            TextWriter output = parsed.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach ((string line, string what) in examples) output.WriteLine($"  magma {line}\n      {what}");
            output.WriteLine();
            return code;
        }
    }
}
