using Slipway.Oci;

namespace Slipway.Store.Gc;

/// <summary>Who will be gone: what only they refer to counts as garbage already.</summary>
/// <param name="Images">Images, by id.</param>
/// <param name="Users">Users of pins: <c>container/ID</c>.</param>
public sealed record Forecast(IReadOnlySet<Digest> Images, IReadOnlySet<string> Users);
