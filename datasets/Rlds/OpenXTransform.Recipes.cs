using Magma.Data;

namespace Magma.Datasets.Rlds;

public sealed partial class OpenXTransform
{
    private const string State = "observation/state";

    private static IEnumerable<(string Name, Func<Columns, OpenXTrajectory> Apply)> Recipes() =>
    [
        ("bridge_oxe", c => Bridge(c, c.Single("action/open_gripper"))),
        ("bridge_orig", c => Bridge(c, GripperSignal.Binarize(c.Single("action", 6)))),
        ("rt1", c => Steps(c, VectorAndRotation(c), GripperSignal.RelativeToAbsolute(c.Single("action/gripper_closedness_action")))),
        ("taco_play", c => Steps(
            c, c.Slice("action/rel_actions_world", 0, 6), Clipped(c.Single("action/rel_actions_world", 6)),
            ("state_eef", c.Slice("observation/robot_obs", 0, 6)), ("state_gripper", c.Slice("observation/robot_obs", 7, 1)))),
        ("jaco_play", c => Steps(
            c, Padded(c.Slice("action/world_vector", 0, 3)), GripperSignal.RelativeToAbsolute(c.Single("action/gripper_closedness_action")),
            ("state_eef", c.Slice("observation/end_effector_cartesian_pos", 0, 6)),
            ("state_gripper", c.Slice("observation/end_effector_cartesian_pos", 6, 1)))),
        ("berkeley_cable_routing", c => Constant(c, VectorAndRotation(c), 0)),
        ("roboturk", c => Steps(c, VectorAndRotation(c), Opened(c.Single("action/gripper_closedness_action")))),
        ("viola", c => Steps(c, VectorAndRotation(c), Opened(c.Single("action/gripper_closedness_action")))),
        ("berkeley_autolab_ur5", c => Steps(
            c, VectorAndRotation(c), GripperSignal.RelativeToAbsolute(c.Single("action/gripper_closedness_action")),
            ("state", c.Slice("observation/robot_state", 6, 8)))),
        ("toto", c => Steps(c, VectorAndRotation(c), c.Single("action/open_gripper"))),
        ("language_table", c => Constant(c, Padded(c.Slice("action", 0, 2)), 1)),
        ("stanford_hydra", c => Steps(
            c, Motion(c), GripperSignal.Invert(c.Single("action", 6)),
            ("eef_state", Joined(c.Slice(State, 0, 3), c.Slice(State, 7, 3))), ("gripper_state", c.Slice(State, 24, 1)))),
        ("austin_buds", c => Steps(c, Motion(c), Opened(c.Single("action", 6)), ("state", c.Slice(State, 0, 8)))),
        ("austin_sailor", c => Steps(c, Motion(c), Opened(c.Single("action", 6)))),
        ("austin_sirius", c => Steps(c, Motion(c), Opened(c.Single("action", 6)))),
        ("nyu_franka_play", c => Steps(
            c, c.Slice("action", 7, 6), Clipped(c.Single("action", 13)), ("eef_state", [.. c.Of(State, 6).Select(row => row[^6..])]))),
        ("ucsd_kitchen", c => Steps(c, Motion(c), c.Single("action", 6), ("joint_state", c.Slice(State, 0, 7)))),
        ("dlr_edan_shared_control", c => Steps(c, Motion(c), GripperSignal.Invert(c.Single("action", 6)))),
        ("utaustin_mutex", c => Steps(c, Motion(c), Opened(c.Single("action", 6)), ("state", c.Slice(State, 0, 8)))),
        ("berkeley_fanuc", c => Steps(
            c, Motion(c), GripperSignal.Invert(c.Single(State, 6)),
            ("joint_state", c.Slice(State, 0, 6)), ("gripper_state", c.Slice(State, 6, 1)))),
        ("cmu_stretch", c => Steps(
            c, Motion(c), c.Single("action", 6),
            ("eef_state", Padded(c.Slice(State, 0, 3))), ("gripper_state", c.Slice(State, 3, 1)))),
        ("libero", c => Steps(
            c, Motion(c), Opened(c.Single("action", 6)),
            ("EEF_state", c.Slice(State, 0, 6)), ("gripper_state", [.. c.Of(State, 2).Select(row => row[^2..])]))),
        ("iamlab_pick_insert", c => Steps(
            c, PlaceAndQuaternion(c), c.Single("action", 7),
            ("joint_state", c.Slice(State, 0, 7)), ("gripper_state", c.Slice(State, 7, 1)))),
        ("furniture_bench", c => Steps(
            c, PlaceAndQuaternion(c), Opened(c.Single("action", 7)),
            ("state", [.. c.Of(State, 8).Select(row => (float[])[.. row[..7], row[^1]])]))),
    ];

    private static OpenXTrajectory Steps(
        Columns columns, float[][] motion, float[] gripper, params (string Name, float[][] Rows)[] observation)
    {
        if (motion.Length != gripper.Length) throw columns.Uneven(motion.Length, gripper.Length);
        foreach ((string _, float[][] rows) in observation)
        {
            if (rows.Length != motion.Length) throw columns.Uneven(motion.Length, rows.Length);
        }

        float[][] action = [.. motion.Zip(gripper, (way, hand) => (float[])[.. way, hand])];
        return new OpenXTrajectory(0, action, new OrderedDictionary<string, float[][]>(
            observation.Select(part => KeyValuePair.Create(part.Name, part.Rows)), StringComparer.Ordinal));
    }

    private static OpenXTrajectory Constant(Columns columns, float[][] motion, float gripper) =>
        Steps(columns, motion, [.. Enumerable.Repeat(gripper, motion.Length)]);

    // The first step of Bridge holds no motion; the rest is told by the states.
    private static OpenXTrajectory Bridge(Columns columns, float[] gripper)
    {
        float[][] all = columns.Of(State, 7);
        if (all.Length != gripper.Length) throw columns.Uneven(all.Length, gripper.Length);
        float[][] states = [.. all.Skip(1)];
        float[][] action = Relabel(states, gripper[Math.Min(1, gripper.Length)..]);
        states = states[..action.Length];
        return new OpenXTrajectory(1, action, new OrderedDictionary<string, float[][]>(StringComparer.Ordinal)
        {
            ["state"] = states,
            ["EEF_state"] = [.. states.Select(row => row[..6])],
            ["gripper_state"] = [.. states.Select(row => row[6..7])],
        });
    }

    private static float[][] Motion(Columns columns) => columns.Slice("action", 0, 6);

    private static float[][] VectorAndRotation(Columns columns) =>
        Joined(columns.Slice("action/world_vector", 0, 3), columns.Slice("action/rotation_delta", 0, 3));

    private static float[][] PlaceAndQuaternion(Columns columns) =>
    [
        .. columns.Of("action", 8).Select(row =>
        {
            (double roll, double pitch, double yaw) = Rotations.QuaternionToEuler(row[3], row[4], row[5], row[6]);
            return (float[])[.. row[..3], (float)roll, (float)pitch, (float)yaw];
        }),
    ];

    private static float[][] Joined(float[][] left, float[][] right) => [.. left.Zip(right, (one, other) => (float[])[.. one, .. other])];

    private static float[][] Padded(float[][] rows) => [.. rows.Select(row => (float[])[.. row, .. new float[6 - row.Length]])];

    private static float[] Clipped(float[] values) => [.. values.Select(value => Math.Clamp(value, 0, 1))];

    // A signal that is 1 for closed.
    private static float[] Opened(float[] closed) => GripperSignal.Invert(Clipped(closed));
}
