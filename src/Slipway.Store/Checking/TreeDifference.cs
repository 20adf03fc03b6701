namespace Slipway.Store.Checking;

/// <summary>One file that is not as it should be.</summary>
/// <param name="Path">Absolute inside the tree; bytes that can't be shown are escaped.</param>
/// <param name="What">What differs: <c>content</c>, <c>mode 0644 instead of 0755</c>, <c>missing</c>.</param>
public sealed record TreeDifference(string Path, string What);
