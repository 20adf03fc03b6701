using Slipway.Engine.Containers;

namespace Slipway.Engine.Recording;

/// <summary>What created a container, in several forms: from what was asked for and nothing else, so that each makes an equal one.</summary>
public static class CreationText
{
    /// <summary>The text, with a line end.</summary>
    /// <param name="record">The container.</param>
    /// <param name="form">Its form.</param>
    /// <param name="secrets">Values that are called like secrets are shown (<see cref="SecretMask"/>).</param>
    public static string Write(ContainerRecord record, CreationForm form, bool secrets)
    {
        ArgumentNullException.ThrowIfNull(record);
        return form switch
        {
            CreationForm.Json => CreateBodyText.Of(record, secrets),
            CreationForm.Compose => ComposeText.Of(record, secrets),
            CreationForm.Unit => QuadletText.Of(record, secrets),
            _ => CommandLineText.Of(record, form, secrets),
        };
    }
}
