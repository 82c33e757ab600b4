using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Magma.Data;
using Magma.Models.Checkpoints;
using Magma.Models.Generation;
using Magma.Models.Processing;
using Magma.Torch;
using Magma.Vision;
using TorchSharp;

namespace Magma.Cli;

/// <summary><c>magma generate</c>: an answer of a checkpoint to a question about pictures or a video.</summary>
internal static class GenerateCommand
{
    // Text for a machine to read, not for a web page.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var model = new Option<DirectoryInfo>("--model") { Description = "A checkpoint folder.", Required = true };
        var images = new Option<FileInfo[]>("--image")
        {
            Description = "A picture; may come several times.",
            DefaultValueFactory = _ => [],
            AllowMultipleArgumentsPerToken = true,
        };
        var video = new Option<FileInfo?>("--video") { Description = "A video in place of pictures: evenly spaced frames of it." };
        var frames = new Option<int?>("--frames")
        {
            Description = $"Frames of the video. Default: {VideoFrames.Trained}, or as many as the model has room for.",
        };
        var prompt = new Option<string>("--prompt") { Description = "The question.", Required = true };
        var json = new Option<bool>("--json") { Description = "Print one JSON object in place of the text." };
        var grammar = new Option<string?>("--grammar")
        {
            Description = "The answer's form: 'action' (seven action tokens, printed as numbers from -1 to 1) or 'ui:0,1,2' (a UI action on these marks).",
        };
        var tokens = new Option<int>("--max-tokens") { Description = "The most tokens of the answer.", DefaultValueFactory = _ => 500 };
        var temperature = new Option<double>("--temperature") { Description = "0 takes the likeliest token always." };
        var topP = new Option<double>("--top-p")
        {
            Description = "Draw among the likeliest tokens with this share.",
            DefaultValueFactory = _ => 1,
        };
        var topK = new Option<int>("--top-k") { Description = "Draw among so many likeliest tokens; 0 for all." };
        var penalty = new Option<double>("--repetition-penalty")
        {
            Description = "Above 1, tokens that came up become less likely.",
            DefaultValueFactory = _ => 1,
        };
        var stop = new Option<string[]>("--stop")
        {
            Description = "A text that ends the answer; may come several times.",
            DefaultValueFactory = _ => [],
        };
        var seed = new Option<ulong>("--seed") { Description = "Start of the random numbers." };
        var device = new Option<string>("--device") { Description = "cpu or cuda.", DefaultValueFactory = _ => "cpu" };
        var command = new Command("generate", "Answer a question about pictures or a video.")
        {
            model, images, video, frames, prompt, json, grammar, tokens, temperature, topP, topK, penalty, stop, seed, device,
        };
        command.SetAction(async (arguments, cancellation) =>
        {
            var options = new GenerationOptions
            {
                MaxNewTokens = arguments.GetValue(tokens),
                Temperature = arguments.GetValue(temperature),
                TopP = arguments.GetValue(topP),
                TopK = arguments.GetValue(topK),
                RepetitionPenalty = arguments.GetValue(penalty),
                StopStrings = arguments.GetRequiredValue(stop),
                Seed = arguments.GetValue(seed),
            };
            Check(options);
            FileInfo? film = arguments.GetValue(video);
            if (film is not null && arguments.GetRequiredValue(images).Length > 0)
                throw new InvalidDataException("Give either --image or --video.");
            if (arguments.GetValue(frames) < 1)
                throw new InvalidDataException($"--frames is {arguments.GetValue(frames)}, expected at least 1.");
            // Pictures come first: a wrong path should not wait for the weights.
            List<Image> pictures = Load(arguments.GetRequiredValue(images));
            if (film is not null) VideoProbe.Read(film.FullName, cancellation);
            try
            {
                torch.Device where = DeviceOf(arguments.GetRequiredValue(device));
                using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(arguments.GetRequiredValue(model).FullName, device: where);
                options = options with { Grammar = GrammarOf(arguments.GetValue(grammar), checkpoint) };
                string question = arguments.GetRequiredValue(prompt);
                if (film is not null)
                {
                    int taken = FramesOf(checkpoint, question, arguments.GetValue(frames), options.MaxNewTokens);
                    pictures = VideoFrames.Read(film.FullName, taken, cancellation);
                }

                PromptInput input = checkpoint.Processor.Encode(question, pictures, film is null ? null : 1);
                return await Answer(checkpoint, input, options, arguments.GetValue(json), cancellation);
            }
            finally
            {
                pictures.ForEach(picture => picture.Dispose());
            }
        });
        return command;
    }

    private static void Check(GenerationOptions options)
    {
        try
        {
            options.Validate();
        }
        catch (ArgumentException problem)
        {
            throw new InvalidDataException(problem.Message, problem);
        }
    }

    private static List<Image> Load(FileInfo[] files)
    {
        var pictures = new List<Image>();
        try
        {
            foreach (FileInfo file in files) pictures.Add(Image.Load(file.FullName));
            return pictures;
        }
        catch
        {
            pictures.ForEach(picture => picture.Dispose());
            throw;
        }
    }

    private static int FramesOf(MagmaCheckpoint checkpoint, string question, int? given, int answer)
    {
        int positions = checkpoint.Model.Config.Text.MaxPositions;
        if (given is { } wanted)
        {
            // What was asked for is taken as long as one token of an answer fits behind it.
            int most = checkpoint.Processor.FittingFrames(question, wanted, positions - 1);
            return most == wanted
                ? wanted
                : throw new InvalidDataException(
                    $"--frames {wanted} with this question is more than the model's {positions} positions take; at most {most} frames fit. "
                    + "Without --frames as many are taken as fit.");
        }

        int fitting = checkpoint.Processor.FittingFrames(question, VideoFrames.Trained, positions - answer);
        if (fitting == 0)
        {
            throw new InvalidDataException(
                $"The model's {positions} positions have no room for a frame, this question and an answer of {answer} tokens; give a smaller --max-tokens.");
        }

        if (fitting < VideoFrames.Trained)
        {
            Console.Error.WriteLine(
                $"{fitting} frames of the video are taken instead of {VideoFrames.Trained}: "
                + $"the model has {positions} positions, of which {answer} are kept for the answer (--max-tokens).");
        }

        return fitting;
    }

    private static torch.Device DeviceOf(string name) => name switch
    {
        "cpu" => torch.CPU,
        "cuda" when TorchLibrary.CudaDevices > 0 => torch.CUDA,
        "cuda" => throw new InvalidDataException("--device cuda: this libtorch sees no CUDA device (see magma doctor)."),
        _ => throw new InvalidDataException($"--device is '{name}', expected cpu or cuda."),
    };

    private static async Task<int> Answer(
        MagmaCheckpoint checkpoint, PromptInput input, GenerationOptions options, bool asJson, CancellationToken cancellation)
    {
        using var generator = new Generator(checkpoint);
        if (!asJson && options.Grammar is not ActionGrammar)
        {
            await foreach (GeneratedToken token in generator.StreamAsync(input, options, cancellation)) Console.Write(token.Text);
            Console.WriteLine();
            return CommandLine.Success;
        }

        GeneratedText answer = await Task.Run(() => generator.Generate(input, options, cancellation), cancellation);
        // As text an action is meaningless fragments.
        double[]? action = options.Grammar is ActionGrammar && answer.Reason == StopReason.Grammar
            ? CodecOf(checkpoint).Decode(answer.Ids)
            : null;
        if (asJson)
        {
            var result =
                new { text = answer.Text, ids = answer.Ids, action, reason = answer.Reason.ToString(), prompt_tokens = input.Ids.Length };
            Console.WriteLine(JsonSerializer.Serialize(result, Plain));
        }
        else
        {
            Console.WriteLine(action is null ? answer.Text : string.Join(' ', action.Select(value => value.ToString("0.######", CultureInfo.InvariantCulture))));
        }

        return CommandLine.Success;
    }

    private static ActionCodec CodecOf(MagmaCheckpoint checkpoint) => new(checkpoint.Model.Config.TokenizerVocabularySize);

    private static ITokenGrammar? GrammarOf(string? name, MagmaCheckpoint checkpoint)
    {
        if (name is null) return null;
        if (name == "action") return new ActionGrammar(CodecOf(checkpoint));
        if (name is not "ui" && !name.StartsWith("ui:", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"The grammar '{name}' is not known; expected 'action' or 'ui:0,1,2'.");
        }

        var marks = new List<int>();
        foreach (string part in name[2..].TrimStart(':').Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int mark))
                throw new InvalidDataException($"'{part}' is no mark number.");
            marks.Add(mark);
        }

        return UiActionGrammar.For(new SortedTokens(checkpoint.Tokenizer), marks);
    }
}
