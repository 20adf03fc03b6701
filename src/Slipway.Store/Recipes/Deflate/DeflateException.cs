namespace Slipway.Store.Recipes.Deflate;

/// <summary>A stream that is damaged, or says something in a way that is not kept.</summary>
internal sealed class DeflateException(string message) : IOException(message);
