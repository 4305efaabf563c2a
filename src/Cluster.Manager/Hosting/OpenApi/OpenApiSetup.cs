using System.Text.Json.Serialization;
using Microsoft.OpenApi;

namespace Cluster.Manager.Hosting.OpenApi;

/// <summary>The OpenAPI 3.1 document at /openapi/v1.json and Swagger UI at /swagger, both served from this host alone.</summary>
internal static class OpenApiSetup
{
    private const string Description = """
        Central management of X.509 certificates and TLS settings for fleets of mail gateways.

        Every answer of 400 and above is a problem document (RFC 9457); `code` is stable, and `docs/problems.md` describes each. HEAD is served wherever
        GET is. PATCH takes a merge patch (RFC 7396), also as `application/json`. Writes take `If-Match`, and `dryRun=true` checks without storing.
        """;

    /// <summary>Adds the generator.</summary>
    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            o.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        services.AddEndpointsApiExplorer();
        return services.AddSwaggerGen(o =>
        {
            o.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "Cluster",
                Version = "v1",
                Description = Description,
            });
            o.AddServer(new OpenApiServer { Url = "/", Description = "The manager that serves this document." });
            o.SupportNonNullableReferenceTypes();
            o.CustomSchemaIds(SchemaNames.Of);
            foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, "Cluster.*.xml")) o.IncludeXmlComments(file);
            o.AddSecurityDefinition("token", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A token of the REST API. It begins with cluster_ and is sent as Authorization: Bearer TOKEN.",
            });
            o.AddSecurityRequirement(d => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("token", d)] = [] });
            o.OperationFilter<OperationConventions>();
            o.DocumentFilter<ProblemSchema>();
            o.DocumentFilter<PatchSchemas>();
            o.DocumentFilter<PathForm>();
            o.DocumentFilter<TagDescriptions>();
            o.DocumentFilter<ProblemComponents>();
            o.DocumentFilter<SharedComponents>();
            o.SchemaFilter<RequiredMembers>();
        });
    }

    /// <summary>Serves the document and Swagger UI without a token: they hold nothing of the installation.</summary>
    public static void UseOpenApiDocument(this WebApplication app)
    {
        app.UseSwagger(o =>
        {
            o.RouteTemplate = "openapi/{documentName}.json";
            o.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        });
        app.UseSwaggerUI(o =>
        {
            o.RoutePrefix = "swagger";
            o.SwaggerEndpoint("/openapi/v1.json", "Cluster v1");
            o.DocumentTitle = "Cluster REST API";
        });
        // Never reached: it lets routing know that the path has GET, so that other methods get 405.
        app.MapGet("/openapi/v1.json", () => TypedResults.NotFound()).AllowAnonymous().ExcludeFromDescription();
    }
}
