using System.Text.Json;
using Magma.Data;
using static Magma.Cli.Parity.GoldenNumbers;

namespace Magma.Cli.Parity;

/// <summary>The sections of an <c>actions</c> folder that are about the model in SimplerEnv and LIBERO.</summary>
internal static class AdapterParity
{
    /// <summary>The verdicts of a section, or null when it is none of these.</summary>
    public static IEnumerable<ParityVerdict>? Section(string name, JsonElement value, JsonElement root, ActionCodec codec) => name switch
    {
        "simpler_episodes" => value.EnumerateArray().SelectMany(episode => Episode(episode, codec)),
        "simpler_call" => SimplerCall(value),
        "libero" => value.EnumerateArray().Select((row, index) => Libero(row, index, root.GetProperty("libero_statistics"), codec)),
        "libero_prompt" => [LiberoPrompt(value)],
        "libero_gripper" => Each(name, value, LiberoGripper),
        "libero_constants" => LiberoConstants(value),
        _ => null,
    };

    private static IEnumerable<ParityVerdict> SimplerCall(JsonElement value)
    {
        string[] said = [.. value.GetProperty("chat").EnumerateArray().Select(message => message.GetProperty("content").GetString()!)];
        yield return ParityVerdict.Exact("simpler_call system", said[0] == MagmaPrompt.System, $"ours is '{MagmaPrompt.System}'");
        // The task is not stated apart: it is what stands between the question's fixed words.
        string[] around = SimplerAdapter.Question("|").Split('|');
        bool asked = said[1].StartsWith(around[0], StringComparison.Ordinal) && said[1].EndsWith(around[1], StringComparison.Ordinal);
        yield return ParityVerdict.Exact("simpler_call question", asked, $"ours is '{SimplerAdapter.Question("…")}'");
        int[] size = Ids(value.GetProperty("image_size_seen"));
        (int width, int height) = (SimplerAdapter.PictureSize.Width, SimplerAdapter.PictureSize.Height);
        yield return ParityVerdict.Exact("simpler_call image_size_seen", size.SequenceEqual([width, height]), $"ours is {width}x{height}");
        JsonElement generate = value.GetProperty("generate");
        bool sampling = generate.GetProperty("do_sample").GetBoolean() && generate.GetProperty("num_beams").GetInt32() == 1
            && Number(generate.GetProperty("temperature")).Equals(SimplerAdapter.Temperature)
            && generate.GetProperty("max_new_tokens").GetInt32() == SimplerAdapter.MaxNewTokens;
        yield return ParityVerdict.Exact("simpler_call generate", sampling, "the sampling options differ");
    }

    private static ParityVerdict LiberoPrompt(JsonElement value)
    {
        string ours = MagmaPrompt.Question(MagmaPrompt.RobotAction(value.GetProperty("task").GetString()!));
        return ParityVerdict.Exact("libero_prompt", value.GetProperty("prompt_flag_on").GetString() == ours, $"ours is '{ours}'");
    }

    private static IEnumerable<ParityVerdict> Episode(JsonElement episode, ActionCodec codec)
    {
        string name = $"simpler_episodes {episode.GetProperty("id").GetString()}";
        JsonElement options = episode.GetProperty("options");
        double scale = options.TryGetProperty("action_scale", out JsonElement given) ? given.GetDouble() : 1;
        int repeats = options.TryGetProperty("sticky_gripper_num_repeat", out JsonElement count) ? count.GetInt32() : 10;
        bool isGoogle = episode.GetProperty("policy_setup").GetString() == "google_robot";
        var adapter = new SimplerAdapter(isGoogle ? SimplerRobot.Google : SimplerRobot.WidowX, scale, repeats);
        int index = 0;
        foreach (JsonElement step in episode.GetProperty("steps").EnumerateArray())
        {
            SimplerCommand ours = adapter.Next([.. Ids(step.GetProperty("ids")).Select(codec.DecodeAny)]);
            JsonElement raw = step.GetProperty("raw"), action = step.GetProperty("action");
            double[] theirs =
            [
                .. Numbers(raw.GetProperty("world_vector")), .. Numbers(raw.GetProperty("rotation_delta")),
                .. Numbers(raw.GetProperty("open_gripper")),
                .. Numbers(action.GetProperty("world_vector")), .. Numbers(action.GetProperty("rot_axangle")),
                .. Numbers(action.GetProperty("gripper")),
            ];
            yield return Close($"{name} step {index}", theirs, [.. ours.Raw, .. Of(ours.Move), .. Of(ours.Rotation), ours.Gripper], Bar);
            if (isGoogle)
            {
                StickyGripper gripper = adapter.Gripper;
                bool same = gripper.IsSticky == step.GetProperty("sticky_on").GetBoolean()
                    && gripper.Repeated == step.GetProperty("repeat").GetInt32();
                yield return ParityVerdict.Exact(
                    $"{name} step {index} gripper state", same, $"sticky {gripper.IsSticky}, repeated {gripper.Repeated}");
            }

            index++;
        }

        static double[] Of((double X, double Y, double Z) vector) => [vector.X, vector.Y, vector.Z];
    }

    private static ParityVerdict Libero(JsonElement row, int index, JsonElement tables, ActionCodec codec)
    {
        string key = LiberoAdapter.StatisticsKey(row.GetProperty("suite").GetString()!);
        ActionStatistics statistics = ActionStatistics.Parse(tables.GetProperty(key).GetProperty("action"), key);
        double[] command = LiberoAdapter.Command([.. Ids(row.GetProperty("ids")).Select(codec.DecodeAny)], statistics);
        return Close($"libero:{index}", Numbers(row.GetProperty("action")), command, Bar);
    }

    private static bool LiberoGripper(JsonElement row)
    {
        double opening = Number(row.GetProperty("value"));
        return Equal((2 * opening) - 1, row.GetProperty("normalized")) && Equal(-LiberoAdapter.Gripper(opening), row.GetProperty("binarized"))
            && Equal(LiberoAdapter.Gripper(opening), row.GetProperty("inverted"));

        static bool Equal(double ours, JsonElement theirs) => ours.Equals(Number(theirs)) || Math.Abs(ours - Number(theirs)) <= Bar;
    }

    private static IEnumerable<ParityVerdict> LiberoConstants(JsonElement value)
    {
        yield return Close(
            "libero_constants settling_action", Numbers(value.GetProperty("settling_action")), LiberoAdapter.SettlingAction.ToArray(), Bar);
        foreach (JsonProperty suite in value.GetProperty("max_steps").EnumerateObject())
        {
            int steps = LiberoAdapter.MaxSteps(suite.Name);
            yield return ParityVerdict.Exact(
                $"libero_constants max_steps {suite.Name}", steps == suite.Value.GetInt32(), $"ours are {steps}");
        }
    }
}
