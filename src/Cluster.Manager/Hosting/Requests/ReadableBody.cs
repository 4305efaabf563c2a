using Microsoft.AspNetCore.Http.Metadata;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>What an operation reads as its body.</summary>
/// <param name="Type">Shape of the JSON; null = none.</param>
/// <param name="MediaTypes">Media types that are read, the usual one first.</param>
/// <param name="IsOptional">Whether the body may be left out.</param>
internal sealed record ReadableBody(Type? Type, IReadOnlyList<string> MediaTypes, bool IsOptional)
{
    /// <summary>
    /// Takes the declaration <c>Accepts</c> of an endpoint over. Routing would act on it: it answers 415 before it is known who
    /// asks, and without saying what the operation reads. Whatever reads a body refuses other media types itself.
    /// </summary>
    public static void TakeOver(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<IAcceptsMetadata>().LastOrDefault() is not { } accepts) return;
        foreach (var declared in endpoint.Metadata.OfType<IAcceptsMetadata>().ToList()) endpoint.Metadata.Remove(declared);
        endpoint.Metadata.Add(new ReadableBody(accepts.RequestType, accepts.ContentTypes, accepts.IsOptional));
    }
}
