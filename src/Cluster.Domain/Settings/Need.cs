using Cluster.Domain.Levels;

namespace Cluster.Domain.Settings;

/// <summary>Something that a service must be able to express.</summary>
/// <param name="Feature">One of <see cref="Contracts.Bundles.Features"/>; a service that does not announce it cannot.</param>
/// <param name="What">Completes the sentence "… cannot be expressed by the service".</param>
internal sealed record Need(string Feature, string What);

/// <summary>What else decides about needs.</summary>
/// <param name="Effective">What holds for the machine.</param>
/// <param name="Service">Name of the service.</param>
/// <param name="Name">Name of the item.</param>
internal readonly record struct NeedContext(EffectiveConfiguration Effective, string Service, string Name);

/// <summary>What is said of an object that has no effect on any machine.</summary>
/// <param name="Code">Code of the finding.</param>
/// <param name="Message">What is so.</param>
/// <param name="Hint">What to do about it.</param>
internal sealed record NotServed(string Code, string Message, string Hint);
