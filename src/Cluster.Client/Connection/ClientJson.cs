using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Cluster.Contracts.Json;

namespace Cluster.Client.Connection;

/// <summary>How the client reads and writes: the shapes of Contracts, but members that a newer manager adds are ignored.</summary>
internal static class ClientJson
{
    private static readonly JsonSerializerOptions Tolerant = Make();

    /// <summary>Metadata of a type.</summary>
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Tolerant.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(RestJson.Default.Options)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
            RespectNullableAnnotations = false,
            TypeInfoResolver = JsonTypeInfoResolver.Combine(RestJson.Default, ContractsJson.Default),
        };
        options.MakeReadOnly();
        return options;
    }
}
