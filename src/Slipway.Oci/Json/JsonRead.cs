namespace Slipway.Oci.Json;

/// <summary>Reads the value that the reader stands on.</summary>
public delegate T JsonRead<out T>(scoped ref JsonReader json);
