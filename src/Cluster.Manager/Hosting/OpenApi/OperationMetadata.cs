using System.Diagnostics.CodeAnalysis;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>What the OpenAPI document says about an operation beyond its types.</summary>
internal static class OperationMetadata
{
    /// <summary>Describes an operation.</summary>
    /// <param name="endpoint">The operation.</param>
    /// <param name="id">A stable id in camelCase.</param>
    /// <param name="summary">One sentence.</param>
    /// <param name="description">What the caller must know besides: effects, refusals, what to do next.</param>
    public static RouteHandlerBuilder Operation(this RouteHandlerBuilder endpoint, string id, string summary, string? description = null)
    {
        endpoint.WithName(id).WithSummary(summary);
        return description is null ? endpoint : endpoint.WithDescription(description);
    }

    /// <summary>Puts operations under a tag.</summary>
    /// <param name="endpoints">The operations of a feature.</param>
    /// <param name="name">The tag, as in paths.</param>
    /// <param name="description">What the feature is for, for somebody who reads the document from top to bottom.</param>
    public static TBuilder Tagged<TBuilder>(this TBuilder endpoints, string name, string description)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.WithTags(name);
        endpoints.Add(e => e.Metadata.Add(new OperationTag(name, description)));
        return endpoints;
    }

    /// <summary>Describes the JSON body that the handler reads by itself.</summary>
    public static RouteHandlerBuilder Body<T>(
        this RouteHandlerBuilder endpoint,
        [StringSyntax(StringSyntaxAttribute.Json)] string? example = null,
        string mediaType = "application/json")
        where T : notnull
    {
        endpoint.Accepts<T>(mediaType);
        return example is null ? endpoint : endpoint.WithMetadata(new OperationExample(true, example));
    }

    /// <summary>Describes a body that changes some members, with the shape of the whole thing.</summary>
    public static RouteHandlerBuilder Patch<T>(
        this RouteHandlerBuilder endpoint, [StringSyntax(StringSyntaxAttribute.Json)] string? example = null)
        where T : notnull
    {
        endpoint.Body<T>(example, MergePatch.MediaType);
        return endpoint.Accepts<T>(MergePatch.MediaTypes[0], MergePatch.MediaTypes[1..]);
    }

    /// <summary>Describes the JSON answer.</summary>
    public static RouteHandlerBuilder Returns<T>(
        this RouteHandlerBuilder endpoint,
        int status = StatusCodes.Status200OK,
        [StringSyntax(StringSyntaxAttribute.Json)] string? example = null)
    {
        endpoint.Produces<T>(status, "application/json");
        return example is null ? endpoint : endpoint.WithMetadata(new OperationExample(false, example));
    }

    /// <summary>Describes an answer without a body.</summary>
    public static RouteHandlerBuilder ReturnsNothing(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces(StatusCodes.Status204NoContent);

    /// <summary>Describes a query parameter that the handler reads by itself.</summary>
    public static RouteHandlerBuilder Query(this RouteHandlerBuilder endpoint, string name, string description, string type = "string") =>
        endpoint.WithMetadata(new OperationParameter(name, description, type));

    /// <summary>
    /// Says that an operation can be staged in a change set with the header <c>Change-Set</c>; all others refuse the header.
    /// </summary>
    public static TBuilder Stageable<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(e => e.Metadata.Add(new StageableOperation()));
        return endpoint;
    }

    /// <summary>Says that a write has no dry run.</summary>
    public static TBuilder WithoutDryRun<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Add(e => e.Metadata.Add(new NoDryRun()));
        return endpoint;
    }
}

/// <summary>An example of a body or answer.</summary>
internal sealed record OperationExample(bool OfRequest, string Json);

/// <summary>A query parameter.</summary>
internal sealed record OperationParameter(string Name, string Description, string Type);

/// <summary>A tag with its description.</summary>
internal sealed record OperationTag(string Name, string Description);

/// <summary>Can be staged.</summary>
internal sealed record StageableOperation;

internal sealed record NoDryRun;
