namespace Magma.Data;

/// <summary>One question and its answer. Special tokens other than <c>&lt;image&gt;</c> are not part of the texts.</summary>
/// <param name="Question">
/// What the user says. The first question of a sample begins with one <c>&lt;image&gt;</c> line per picture that it speaks of; a later
/// question has them only where it brings further pictures.
/// </param>
/// <param name="Answer">What the model should say.</param>
public sealed record Turn(string Question, string Answer);
