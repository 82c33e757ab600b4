using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Magma.Data;
using Magma.Models.Checkpoints;
using Magma.Models.Generation;
using Magma.Models.Processing;
using Magma.Vision;
using TorchSharp;

namespace Magma.Cli;

/// <summary><c>magma generate</c>: an answer of a checkpoint to a question about pictures.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var model = new Option<DirectoryInfo>("--model") { Description = "A checkpoint folder.", Required = true };
        var images = new Option<FileInfo[]>("--image") { Description = "A picture; may come several times.", DefaultValueFactory = _ => [] };
        var prompt = new Option<string>("--prompt") { Description = "The question.", Required = true };
        var json = new Option<bool>("--json") { Description = "Print one JSON object in place of the text." };
        var grammar = new Option<string?>("--grammar") { Description = "The answer's form: 'action' (seven action tokens) or 'ui:0,1,2' (a UI action on these marks)." };
        var tokens = new Option<int>("--max-tokens") { Description = "The most tokens of the answer.", DefaultValueFactory = _ => 500 };
        var temperature = new Option<double>("--temperature") { Description = "0 takes the likeliest token always." };
        var topP = new Option<double>("--top-p") { Description = "Draw among the likeliest tokens with this share.", DefaultValueFactory = _ => 1 };
        var seed = new Option<ulong>("--seed") { Description = "Start of the random numbers." };
        var device = new Option<string>("--device") { Description = "cpu or cuda.", DefaultValueFactory = _ => "cpu" };
        var command = new Command("generate", "Answer a question about pictures.") { model, images, prompt, json, grammar, tokens, temperature, topP, seed, device };
        command.SetAction(async (arguments, cancellation) =>
        {
            torch.Device where = arguments.GetRequiredValue(device) == "cuda" ? torch.CUDA : torch.CPU;
            using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(arguments.GetRequiredValue(model).FullName, device: where);
            var options = new GenerationOptions
            {
                MaxNewTokens = arguments.GetValue(tokens),
                Temperature = arguments.GetValue(temperature),
                TopP = arguments.GetValue(topP),
                Seed = arguments.GetValue(seed),
                Grammar = GrammarOf(arguments.GetValue(grammar), checkpoint),
            };
            List<Image> pictures = [];
            try
            {
                foreach (FileInfo file in arguments.GetRequiredValue(images)) pictures.Add(Image.Load(file.FullName));
                PromptInput input = checkpoint.Processor.Encode(arguments.GetRequiredValue(prompt), pictures);
                return await Answer(checkpoint, input, options, arguments.GetValue(json), cancellation);
            }
            finally
            {
                pictures.ForEach(picture => picture.Dispose());
            }
        });
        return command;
    }

    private static async Task<int> Answer(MagmaCheckpoint checkpoint, PromptInput input, GenerationOptions options, bool asJson, CancellationToken cancellation)
    {
        using var generator = new Generator(checkpoint);
        if (asJson)
        {
            GeneratedText answer = await Task.Run(() => generator.Generate(input, options, cancellation), cancellation);
            Console.WriteLine(JsonSerializer.Serialize(new { text = answer.Text, ids = answer.Ids, reason = answer.Reason.ToString(), prompt_tokens = input.Ids.Length }));
            return CommandLine.Success;
        }

        await foreach (GeneratedToken token in generator.StreamAsync(input, options, cancellation)) Console.Write(token.Text);
        Console.WriteLine();
        return CommandLine.Success;
    }

    private static ITokenGrammar? GrammarOf(string? name, MagmaCheckpoint checkpoint)
    {
        if (name is null) return null;
        if (name == "action") return new ActionGrammar(new ActionCodec(checkpoint.Model.Config.TokenizerVocabularySize));
        if (name.StartsWith("ui:", StringComparison.Ordinal))
        {
            var marks = new List<int>();
            foreach (string part in name[3..].Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int mark)) throw new InvalidDataException($"'{part}' is no mark number.");
                marks.Add(mark);
            }

            return UiActionGrammar.For(new SortedTokens(checkpoint.Tokenizer), marks);
        }

        throw new InvalidDataException($"The grammar '{name}' is not known; expected 'action' or 'ui:0,1,2'.");
    }
}
