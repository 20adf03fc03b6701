namespace Slipway.Engine.Devices;

/// <summary>A file that a vendor's program wrote, of the devices of one kind.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Kind">Whose and of which class they are.</param>
/// <param name="Edits">What any of them needs.</param>
/// <param name="Devices">Each.</param>
public sealed record CdiSpec(string Path, string Kind, CdiEdits Edits, IReadOnlyList<CdiDevice> Devices);

/// <summary>One of them.</summary>
/// <param name="Name">What it is called in its kind.</param>
/// <param name="Edits">What it needs besides.</param>
public sealed record CdiDevice(string Name, CdiEdits Edits);
