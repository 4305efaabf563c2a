using System.Diagnostics.CodeAnalysis;

namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>What the OpenAPI document says about an operation beyond its types.</summary>
internal static class OperationMetadata
{
    /// <summary>Names an operation: a stable id in camelCase, one sentence, and the tag (its feature).</summary>
    public static RouteHandlerBuilder Operation(this RouteHandlerBuilder endpoint, string id, string summary, string? description = null)
    {
        endpoint.WithName(id).WithSummary(summary);
        return description is null ? endpoint : endpoint.WithDescription(description);
    }

    /// <summary>Describes the JSON body that the handler reads by itself.</summary>
    public static RouteHandlerBuilder Body<T>(this RouteHandlerBuilder endpoint, [StringSyntax(StringSyntaxAttribute.Json)] string? example = null, string mediaType = "application/json")
        where T : notnull
    {
        endpoint.Accepts<T>(mediaType);
        return example is null ? endpoint : endpoint.WithMetadata(new OperationExample(true, example));
    }

    /// <summary>Describes a body that changes some members, with the shape of the whole thing.</summary>
    public static RouteHandlerBuilder Patch<T>(this RouteHandlerBuilder endpoint, [StringSyntax(StringSyntaxAttribute.Json)] string? example = null)
        where T : notnull => endpoint.Body<T>(example, Requests.MergePatch.MediaType);

    /// <summary>Describes the JSON answer.</summary>
    public static RouteHandlerBuilder Returns<T>(this RouteHandlerBuilder endpoint, int status = StatusCodes.Status200OK, [StringSyntax(StringSyntaxAttribute.Json)] string? example = null)
    {
        endpoint.Produces<T>(status, "application/json");
        return example is null ? endpoint : endpoint.WithMetadata(new OperationExample(false, example));
    }

    /// <summary>Describes an answer without a body.</summary>
    public static RouteHandlerBuilder ReturnsNothing(this RouteHandlerBuilder endpoint) => endpoint.Produces(StatusCodes.Status204NoContent);

    /// <summary>Describes a query parameter that the handler reads by itself.</summary>
    public static RouteHandlerBuilder Query(this RouteHandlerBuilder endpoint, string name, string description, string type = "string") =>
        endpoint.WithMetadata(new OperationParameter(name, description, type));

    /// <summary>Says that an operation can be staged in a change set with the header <c>Change-Set</c>; all others refuse the header.</summary>
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

/// <summary>Can be staged.</summary>
internal sealed record StageableOperation;

/// <summary>Has no dry run.</summary>
internal sealed record NoDryRun;
