using Cluster.Contracts.Json;

namespace Cluster.Domain.Settings;

/// <summary>What a rule may look at besides the document.</summary>
/// <param name="Name">Name of the item as written.</param>
/// <param name="Now">The instant of the check.</param>
public readonly record struct RuleContext(string Name, DateTimeOffset Now);

/// <summary>One small rule of a kind; reports everything that it finds.</summary>
internal delegate IEnumerable<FieldError> DocumentRule<in T>(T document, RuleContext context);
