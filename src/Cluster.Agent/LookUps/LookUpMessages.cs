using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Verification.Published;

namespace Cluster.Agent.LookUps;

/// <summary>What the process that looks things up is asked.</summary>
/// <param name="Servers">Resolvers, as ADDRESS:PORT.</param>
/// <param name="Domains">The domains.</param>
internal sealed record LookUpRequest(IReadOnlyList<string> Servers, IReadOnlyList<LookUpDomain> Domains);

/// <summary>One domain to look up.</summary>
/// <param name="Domain">A-labels.</param>
/// <param name="MtaSts">What was known of its MTA-STS policy; null = nothing.</param>
internal sealed record LookUpDomain(string Domain, MtaStsSeen? MtaSts);

/// <summary>Serializer metadata of both, and of each line of an answer; generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNameCaseInsensitive = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    MaxDepth = 8,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(LookUpRequest))]
[JsonSerializable(typeof(PublishedSeen))]
internal sealed partial class LookUpJson : JsonSerializerContext;
